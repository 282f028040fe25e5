package io.haori.training.task;

import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.training.probe.ProbeChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a base, or a stored module on it, gives for rows before anything is trained: computed once
 * for any number of fits to parts of these rows, as in cross-validation. Remembers the probes that
 * were fitted to it, so that a part's head is fitted once. One thread at a time may use it.
 */
public final class FrozenVectors {
  private final Map<Row, Integer> index = new HashMap<>();
  private final float[][] vectors;
  private final Map<Part, ProbeChoice> probes = new HashMap<>();

  /** Rows of one head, fitted with a seed. */
  private record Part(List<Integer> rows, int head, long seed) {}

  private FrozenVectors(List<Row> rows, float[][] vectors) {
    this.vectors = vectors;
    for (int row = 0; row < vectors.length; row++) {
      index.put(rows.get(row), row);
    }
  }

  /**
   * Computes them.
   *
   * @param base stays open
   * @param text how texts are read
   * @param start whose module is on the base; null for none
   * @param rows read as a whole each
   */
  public static FrozenVectors of(
      TextBase base, TextOptions text, @Nullable StoredStart start, List<Row> rows) {
    if (start == null) {
      return new FrozenVectors(rows, vectors(base, Adaptation.NONE, text, rows));
    }
    try (TextModel stored = AdapterFolder.load(start.adapter(), base, text.precision())) {
      return new FrozenVectors(rows, vectors(base, stored.module(), text, rows));
    }
  }

  /**
   * The same of modules that a method holds as they are.
   *
   * @param base stays open
   * @param settings whose method learns nothing
   * @param rows read as a whole each
   */
  public static FrozenVectors of(TextBase base, TuneSettings settings, List<Row> rows) {
    try (AdapterModule module =
        AdapterModule.create("task", settings.method(), base.backbone(), new SplittableRandom(0))) {
      return new FrozenVectors(rows, vectors(base, module, settings.text(), rows));
    }
  }

  private static float[][] vectors(
      TextBase base, Adaptation adaptation, TextOptions text, List<Row> rows) {
    return new TextEmbedder(base, adaptation, text, false).vectors(rows);
  }

  /** Whether it has vectors of all these rows. */
  boolean holds(List<Row> rows) {
    return rows.stream().allMatch(index::containsKey);
  }

  /**
   * The vectors of some of the rows.
   *
   * @param rows some of them
   * @return {@code [rows][width]}; not to be changed
   */
  public float[][] arrays(List<Row> rows) {
    return rows.stream().map(row -> vectors[index(row)]).toArray(float[][]::new);
  }

  /**
   * The same as one tensor in the current scope.
   *
   * @param rows some of them, at least one
   * @return F32 {@code [rows, width]}
   */
  Tensor states(List<Row> rows) {
    int width = vectors[0].length;
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(vectors[index(rows.get(i))], 0, flat, i * width, width);
    }
    return Tensors.of(flat, rows.size(), width);
  }

  /**
   * What heads say of some of the rows.
   *
   * @param heads on a model that gives these vectors
   * @param rows some of them, at least one
   * @param headOfRow {@code [rows]} index of the head that answers
   * @return {@code [rows][classes]} probabilities
   */
  public double[][] answers(Heads heads, List<Row> rows, int[] headOfRow) {
    double[][] answers = new double[headOfRow.length][];
    try (Scope scope = Scope.open()) {
      Tensor states = states(rows);
      for (int head = 0; head < heads.labels().size(); head++) {
        double[][] ofHead = heads.answers(head, states);
        for (int row = 0; row < answers.length; row++) {
          if (headOfRow[row] == head) {
            answers[row] = ofHead[row];
          }
        }
      }
    }
    return answers;
  }

  /**
   * The probe of some rows, fitted when it is asked for first.
   *
   * @param rows some of them
   * @param head whose rows they are
   * @param seed decides which of them are held out together
   * @param fit fits it
   */
  ProbeChoice probe(List<Row> rows, int head, long seed, Supplier<ProbeChoice> fit) {
    Part part = new Part(rows.stream().map(this::index).toList(), head, seed);
    ProbeChoice known = probes.get(part);
    if (known == null) {
      known = fit.get();
      probes.put(part, known);
    }
    return known;
  }

  private int index(Row row) {
    Integer at = index.get(row);
    if (at == null) {
      throw new IllegalArgumentException("no vector of a row of line " + row.line());
    }
    return at;
  }
}
