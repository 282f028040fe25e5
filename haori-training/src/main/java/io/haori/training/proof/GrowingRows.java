package io.haori.training.proof;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.choice.Folds;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Rows of a domain, or of several, in looks: in each a model learns from the parts so far and
 * answers the next one (Dawid 1984, "Statistical theory: the prequential approach"). No row is
 * answered by a model that learnt from it or that was chosen by it, so the answers of all looks
 * together are those of models that had not seen them. The test rows of the data are in no look.
 *
 * @param looks each with the rows that are learnt from, no validation rows, and those that are
 *     answered
 */
public record GrowingRows(List<Dataset> looks) {
  private static final int PARTS = 5;

  /** Parts that are learnt from before the first answer. */
  private static final int FIRST = 2;

  /** More rows make fits long and decide no more. */
  private static final int MOST_ROWS = 1_000;

  /** Copies the list. */
  public GrowingRows {
    looks = List.copyOf(looks);
  }

  /**
   * The looks of a domain's training and validation rows.
   *
   * @param data all of one class each and of one domain
   * @param seed decides which rows are together
   * @throws io.haori.core.check.UserError when there are too few different texts
   */
  public static GrowingRows of(Dataset data, long seed) {
    Dataset whole = whole(data).withTrainRows(MOST_ROWS, seed);
    List<Row> rows = whole.train().rows();
    List<int[]> parts = Folds.of(rows, PARTS, Seeds.of(seed, Purpose.PARTS));
    if (parts.size() <= FIRST) {
      throw Check.in(
          data.train().path(),
          "must have at least " + (FIRST + 1) + " different texts of a label for a trial");
    }
    // What is in no part, as nothing could answer it, is learnt from in every look.
    boolean[] learnt = new boolean[rows.size()];
    Arrays.fill(learnt, true);
    parts.subList(FIRST, parts.size()).forEach(part -> mark(learnt, part, false));
    List<Dataset> looks = new ArrayList<>();
    for (int[] part : parts.subList(FIRST, parts.size())) {
      int[] taken =
          Stream.iterate(0, i -> i < learnt.length, i -> i + 1)
              .filter(row -> learnt[row])
              .mapToInt(Integer::intValue)
              .toArray();
      looks.add(
          new Dataset(
              data.folder(),
              whole.labels(),
              part(whole.train(), taken),
              part(whole.train(), new int[0]),
              part(whole.train(), part)));
      mark(learnt, part, true);
    }
    return new GrowingRows(looks);
  }

  private static void mark(boolean[] rows, int[] part, boolean value) {
    Arrays.stream(part).forEach(row -> rows[row] = value);
  }

  private static DataFile part(DataFile file, int[] of) {
    List<Row> rows = Arrays.stream(of).mapToObj(file.rows()::get).toList();
    return new DataFile(file.path(), rows, Sha256.of(file.sha256() + Arrays.toString(of)));
  }

  /** Training and validation rows as training rows, as far as their labels are learnt. */
  private static Dataset whole(Dataset data) {
    Set<String> known = Set.copyOf(data.labels().heads().get(0).labels().names());
    List<Row> rows =
        Stream.concat(data.train().rows().stream(), data.validation().rows().stream())
            .filter(row -> row.label() != null && known.containsAll(row.label().names()))
            .toList();
    String digest = Sha256.of(data.train().sha256() + " " + data.validation().sha256());
    return new Dataset(
        data.folder(),
        data.labels(),
        new DataFile(data.train().path(), rows, digest),
        new DataFile(data.validation().path(), List.of(), data.validation().sha256()),
        data.test());
  }

  /**
   * The looks of several domains as those of one, with the labels of all.
   *
   * @param all at least one
   */
  public static GrowingRows together(List<GrowingRows> all) {
    int count = all.stream().mapToInt(one -> one.looks.size()).min().orElseThrow();
    List<Dataset> looks = new ArrayList<>();
    for (int look = 0; look < count; look++) {
      int at = look;
      looks.add(joined(all.stream().map(one -> one.looks.get(at)).toList()));
    }
    return new GrowingRows(looks);
  }

  /**
   * Several domains as one, with one head for the labels of all.
   *
   * @param all at least one
   */
  public static Dataset joined(List<Dataset> all) {
    Dataset first = all.get(0);
    TreeSet<String> names = new TreeSet<>();
    all.forEach(one -> names.addAll(one.labels().heads().get(0).labels().names()));
    return new Dataset(
        first.folder(),
        DomainLabels.single(first.labels().task(), LabelSet.of(names)),
        joinedFiles(all.stream().map(Dataset::train).toList()),
        joinedFiles(all.stream().map(Dataset::validation).toList()),
        joinedFiles(all.stream().map(Dataset::test).toList()));
  }

  private static DataFile joinedFiles(List<DataFile> files) {
    return new DataFile(
        files.get(0).path(),
        files.stream().flatMap(file -> file.rows().stream()).toList(),
        Sha256.of(String.join(" ", files.stream().map(DataFile::sha256).toList())));
  }
}
