package io.haori.inference.router;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several passes over one base whose rows are computed in common batches: rows of one pass stay
 * together, and each slot adapts every pass's rows by that pass's adapter.
 *
 * <p>Passes that read texts alike (the same pooling, or words) share batches; each keeps its own
 * length at which texts are cut, its own heads and its own task.
 */
public final class RoutedPasses {
  private static final int BATCH = 32;

  private final List<Part> parts = new ArrayList<>();
  private boolean computed;

  /** One pass with its rows and, as they come, the states that its heads read. */
  private static final class Part {
    final TextPass pass;
    final TokenizedRows rows;
    final Positions positions;
    final int[] headOfRow;
    final float[] states;
    int filled;

    Part(PreparedRows prepared) {
      this.pass = prepared.pass();
      this.headOfRow = prepared.headOfRow();
      this.rows = prepared.rows();
      this.positions = pass.positions(this.rows);
      int[] all = new int[this.rows.size()];
      for (int row = 0; row < all.length; row++) {
        all[row] = row;
      }
      this.states = new float[Math.multiplyExact(positions.count(all), width())];
    }

    int width() {
      return pass.options().width(pass.base());
    }

    void add(float[] values, int from, int count) {
      System.arraycopy(values, from, states, filled, count);
      filled += count;
    }
  }

  /** Rows {@code [first, end)} of a part in one batch. */
  private record Stretch(Part part, int first, int end) {
    int[] index() {
      int[] index = new int[end - first];
      for (int i = 0; i < index.length; i++) {
        index[i] = first + i;
      }
      return index;
    }
  }

  /**
   * Adds rows of one pass.
   *
   * @param pass on the same base and of the same precision as the others; must stay open
   * @param rows at least one
   * @return this
   */
  public RoutedPasses add(TextPass pass, List<Row> rows) {
    return add(PreparedRows.of(pass, rows));
  }

  /**
   * Adds rows that were tokenised before, for example on the thread of a request.
   *
   * @param prepared at least one row, on the same base and of the same precision as the others
   * @return this
   */
  @SuppressWarnings("ReferenceEquality") // A base loaded twice is two bases.
  public RoutedPasses add(PreparedRows prepared) {
    TextPass pass = prepared.pass();
    if (computed) {
      throw new IllegalStateException("rows were computed already");
    }
    if (!parts.isEmpty()) {
      TextPass first = parts.get(0).pass;
      if (first.base() != pass.base()
          || first.options().precision() != pass.options().precision()) {
        throw new IllegalArgumentException("passes of one batch have one base and one precision");
      }
    }
    parts.add(new Part(prepared));
    return this;
  }

  /**
   * Computes all rows and words the answers.
   *
   * @return by pass, in the order in which they were added, one prediction a row
   */
  public List<List<Prediction>> predictions() {
    List<double[][]> numbers = numbers();
    List<List<Prediction>> predictions = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      predictions.add(part.pass.predictions(part.headOfRow, numbers.get(i)));
    }
    return predictions;
  }

  /**
   * Computes all rows.
   *
   * @return by pass, in the order in which they were added, {@code [n][positions · outputs]} as
   *     {@link TextPass#numbers} gives them
   */
  public List<double[][]> numbers() {
    compute();
    List<double[][]> numbers = new ArrayList<>();
    for (Part part : parts) {
      numbers.add(answers(part));
    }
    return numbers;
  }

  /**
   * Computes all rows, unless that was done before, and words the answers to those of one pass.
   *
   * @param index of the pass, in the order in which they were added
   * @return one prediction a row
   */
  public List<Prediction> predictionsOf(int index) {
    compute();
    Part part = parts.get(index);
    return part.pass.predictions(part.headOfRow, answers(part));
  }

  /**
   * Computes all rows, unless that was done before, and gives the vectors that the heads of one
   * pass read.
   *
   * @param index of the pass, in the order in which they were added
   * @return {@code [n][width]}; of a pass that reads words one for each word that was not cut
   */
  public float[][] vectorsOf(int index) {
    compute();
    Part part = parts.get(index);
    int width = part.width();
    float[][] vectors = new float[part.states.length / width][];
    for (int row = 0; row < vectors.length; row++) {
      vectors[row] = Arrays.copyOfRange(part.states, row * width, (row + 1) * width);
    }
    return vectors;
  }

  private static double[][] answers(Part part) {
    try (Scope scope = Scope.open()) {
      int width = part.width();
      return part.pass.numbers(
          part.positions,
          Tensors.of(part.states, part.states.length / width, width),
          part.headOfRow);
    }
  }

  private void compute() {
    if (computed) {
      return;
    }
    Map<Object, List<Part>> alike = new LinkedHashMap<>();
    for (Part part : parts) {
      alike.computeIfAbsent(part.pass.reading(), key -> new ArrayList<>()).add(part);
    }
    alike.values().forEach(RoutedPasses::compute);
    computed = true;
  }

  private static void compute(List<Part> parts) {
    List<Stretch> batch = new ArrayList<>();
    int room = BATCH;
    for (Part part : parts) {
      int row = 0;
      while (row < part.rows.size()) {
        // A text without a word that has a token is not read.
        if (part.positions.count(row) == 0) {
          row++;
          continue;
        }
        int end = row;
        while (end < part.rows.size() && end - row < room && part.positions.count(end) > 0) {
          end++;
        }
        batch.add(new Stretch(part, row, end));
        room -= end - row;
        row = end;
        if (room == 0) {
          compute(batch, parts.get(0).pass);
          batch.clear();
          room = BATCH;
        }
      }
    }
    if (!batch.isEmpty()) {
      compute(batch, parts.get(0).pass);
    }
  }

  @SuppressWarnings("ReferenceEquality") // One adaptation is one object.
  private static void compute(List<Stretch> stretches, TextPass first) {
    List<TokenBatch> batches = new ArrayList<>();
    List<Integer> vectors = new ArrayList<>();
    List<Long> tokens = new ArrayList<>();
    List<Adaptation> adaptations = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    List<long[]> positions = new ArrayList<>();
    long before = 0;
    for (Stretch stretch : stretches) {
      int[] index = stretch.index();
      TokenBatch batch = stretch.part.rows.batch(index);
      batches.add(batch);
      int count = stretch.part.positions.count(index);
      counts.add(count);
      Adaptation adaptation = stretch.part.pass.adaptation();
      int last = adaptations.size() - 1;
      if (last >= 0 && adaptations.get(last) == adaptation) {
        // Rows of one module from several callers are one product.
        vectors.set(last, vectors.get(last) + count);
        tokens.set(last, tokens.get(last) + batch.tokens());
      } else {
        vectors.add(count);
        tokens.add(batch.tokens());
        adaptations.add(adaptation);
      }
      positions.add(stretch.part.positions.tokensAfter(before, index));
      before += batch.tokens();
    }
    Adaptation routed = AdapterModule.routed(adaptations, new Routing(vectors, tokens));
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(first.options().precision());
        TextBatch texts =
            TextPass.batch(TokenBatch.joined(batches, first.base().reader().padId()))) {
      float[] values = first.states(tape, texts, routed, joined(positions)).value().toFloats();
      int from = 0;
      for (int i = 0; i < stretches.size(); i++) {
        Part part = stretches.get(i).part;
        int count = counts.get(i) * part.width();
        part.add(values, from, count);
        from += count;
      }
    }
  }

  private static long[] joined(List<long[]> parts) {
    return parts.stream().flatMapToLong(Arrays::stream).toArray();
  }
}
