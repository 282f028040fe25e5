package io.haori.cli.advise;

import static io.haori.core.check.Check.require;

import io.haori.analysis.transfer.CorpusDistance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TextCoverage;
import io.haori.model.backbone.Adaptation;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.RowFiles;
import io.haori.training.data.summary.DataSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a file of texts without labels is to labelled rows.
 *
 * @param name of the file
 * @param texts how many there are
 * @param tokens that the base reads of them
 * @param unknownShare share of these that the base has no token for
 * @param distance proxy A-distance between the texts and the rows on the frozen base, in [0, 2]: 0
 *     where a linear classifier cannot tell which is which
 */
record CorpusLook(String name, int texts, long tokens, double unknownShare, double distance) {
  /** More make the distance hardly better. */
  private static final int COMPARED = 300;

  /** Fewer cannot be held out. */
  private static final int FEWEST = 10;

  /**
   * Looks at a file.
   *
   * @param file one text a line, or rows as the data have them
   * @param data the labelled rows
   * @param base stays open
   * @param text how texts are read
   * @param seed chooses those that are compared
   */
  static CorpusLook of(Path file, Dataset data, TextBase base, TextOptions text, long seed) {
    DataFile read = RowFiles.readTexts(file);
    require(
        read.rows().size() >= FEWEST, "texts of " + file, "at least " + FEWEST, read.rows().size());
    TextCoverage coverage =
        Objects.requireNonNullElse(
            DataSummary.ofTexts(read, base.reader(), text.maxLength()).splits().get(0).coverage(),
            TextCoverage.NONE);
    double distance =
        CorpusDistance.proxyA(
            vectors(base, text, some(read.rows(), seed)),
            vectors(base, text, some(data.train().rows(), seed)),
            seed);
    return new CorpusLook(
        String.valueOf(file.getFileName()),
        read.rows().size(),
        coverage.tokens(),
        coverage.unknownShare(),
        distance);
  }

  private static List<Row> some(List<Row> rows, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order.stream().limit(COMPARED).map(rows::get).toList();
  }

  private static double[][] vectors(TextBase base, TextOptions text, List<Row> rows) {
    float[][] read =
        new TextEmbedder(base, Adaptation.NONE, text.forComparison(base), true).vectors(rows);
    return Arrays.stream(read)
        .map(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray())
        .toArray(double[][]::new);
  }
}
