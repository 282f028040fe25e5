package io.haori.benchmarks.quality;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.condense.StoredModule;
import io.haori.training.data.Dataset;
import io.haori.training.probe.LogisticRegression;
import io.haori.training.probe.ProbeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Asks whether a module that was learnt from texts without labels moves what a probe can read in a
 * base's vectors: logistic regressions on mean vectors of length 1 of the base alone and of the
 * base with each module, for the same few rows. Where they are equal, no mix of the module can gain
 * either. Prints one tab separated line a fit: data, rows a class, module, seed, accuracy on the
 * test rows.
 *
 * <pre>{@code
 * DomainProbe BASE DATA ROWS,ROWS SEEDS none MODULE …
 * }</pre>
 *
 * Rows are of each class, or in all where {@code =} is before the number. {@code -DtestRows=500}
 * answers 500 rows of a larger test split, {@code -Dthreads=1} computes on one thread.
 */
public final class DomainProbe {
  private static final String NONE = "none";
  private static final String ALL = "all";

  private DomainProbe() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    List<String> counts = List.of(arguments[2].split(",", -1));
    int seeds = Integer.parseInt(arguments[3]);
    Engine.setThreads(Integer.getInteger("threads", 2));
    Dataset data = Dataset.read(folder);
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (String module : List.of(arguments).subList(4, arguments.length)) {
        if (module.equals(NONE)) {
          run(base, Adaptation.NONE, module, data, counts, seeds);
          continue;
        }
        try (StoredModule stored = StoredModule.open(Path.of(module), base)) {
          run(base, stored.module(), module, data, counts, seeds);
        }
      }
    }
  }

  private static void run(
      TextBase base,
      Adaptation adaptation,
      String module,
      Dataset data,
      List<String> counts,
      int seeds) {
    TextOptions usual = TextOptions.usual();
    var options = new TextOptions(Pooling.MEAN, usual.maxLength(), usual.precision());
    var embedder = new TextEmbedder(base, adaptation, options, true);
    IdentityHashMap<Row, float[]> vectors = new IdentityHashMap<>();
    add(vectors, data.train().rows(), embedder);
    List<Row> asked = FewRows.of(data, "1", 1).test().rows();
    add(vectors, asked, embedder);
    for (String count : counts) {
      for (long seed = 1; seed <= seeds; seed++) {
        Dataset few = FewRows.of(data, count.equals(ALL) ? "1000000" : count, seed);
        System.out.printf(
            Locale.ROOT,
            "%s\t%s\t%s\t%d\t%.4f%n",
            data.folder().getFileName(),
            count,
            module,
            seed,
            accuracy(few, vectors, seed));
      }
    }
  }

  private static void add(
      IdentityHashMap<Row, float[]> vectors, List<Row> rows, TextEmbedder embedder) {
    float[][] made = embedder.vectors(rows);
    for (int row = 0; row < made.length; row++) {
      vectors.put(rows.get(row), made[row]);
    }
  }

  private static double accuracy(Dataset few, IdentityHashMap<Row, float[]> vectors, long seed) {
    int classes = few.labels().heads().get(0).labels().names().size();
    int[] learnt = Targets.of(few.train().rows(), few.labels()).classes();
    LogisticRegression probe =
        ProbeChoice.fit(doubles(few.train().rows(), vectors), learnt, classes, seed).model();
    int[] right = Targets.of(few.test().rows(), few.labels()).classes();
    double[][] asked = doubles(few.test().rows(), vectors);
    int count = 0;
    for (int row = 0; row < asked.length; row++) {
      count += probe.answer(asked[row]) == right[row] ? 1 : 0;
    }
    return (double) count / asked.length;
  }

  private static double[][] doubles(List<Row> rows, IdentityHashMap<Row, float[]> vectors) {
    double[][] wide = new double[rows.size()][];
    for (int row = 0; row < wide.length; row++) {
      float[] vector = Objects.requireNonNull(vectors.get(rows.get(row)));
      wide[row] = new double[vector.length];
      for (int i = 0; i < vector.length; i++) {
        wide[row][i] = vector[i];
      }
    }
    return wide;
  }
}
