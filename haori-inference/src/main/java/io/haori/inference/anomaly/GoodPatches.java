package io.haori.inference.anomaly;

import io.haori.inference.task.spi.Row;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The patches of good pictures that a memory is chosen from, thinned out where there are too many.
 *
 * @param values {@code [rows · taken · width]}
 * @param rows pictures
 * @param taken patches of each
 * @param whole whether these are all of a picture's
 * @param width numbers of a patch
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record GoodPatches(float[] values, int rows, int taken, boolean whole, int width) {
  /** The most patches that are chosen from; more are thinned out at random first. */
  private static final int MOST_PATCHES = 100_000;

  /** Parts of which each is scored by what the others teach. */
  private static final int FOLDS = 10;

  /**
   * Of pictures.
   *
   * @param seed of what is left out
   * @param done hears how many were read
   */
  static GoodPatches of(PatchFeatures features, List<Row> rows, long seed, IntConsumer done) {
    int each = features.down() * features.across();
    int taken = Math.max(1, Math.min(each, MOST_PATCHES / Math.max(1, rows.size())));
    int width = features.width();
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(rows.size(), taken), width)];
    Random random = new Random(seed + 1);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      order.add(i);
    }
    features.of(
        rows,
        (row, of) -> {
          if (taken < each) {
            Collections.shuffle(order, random);
          }
          for (int i = 0; i < taken; i++) {
            int to = (row * taken + i) * width;
            System.arraycopy(of, order.get(i) * width, values, to, width);
          }
          done.accept(row + 1);
        });
    return new GoodPatches(values, rows.size(), taken, taken == each, width);
  }

  /** What is kept of them; closed by the caller. */
  PatchMemory memory(AnomalySettings settings) {
    int count = rows * taken;
    int kept = (int) Math.max(1, Math.round(settings.share() * count));
    try (Scope scope = Scope.open()) {
      int[] chosen = GreedyCoreset.choose(Tensors.of(values, count, width), kept, settings.seed());
      return new PatchMemory(PatchMemory.rows(values, width, chosen), width, settings.neighbours());
    }
  }

  /**
   * Scores each picture by a memory of those that are not in its part, of ten.
   *
   * @param settings of the memories
   * @param taker gets the patches of a picture, {@code [taken · width]}, and how far they are
   */
  void crossFit(AnomalySettings settings, BiConsumer<float[], PatchMemory.Distances> taker) {
    int folds = Math.min(FOLDS, rows);
    for (int fold = 0; fold < folds; fold++) {
      int part = fold;
      int[] others = IntStream.range(0, rows).filter(row -> row % folds != part).toArray();
      try (PatchMemory memory = of(others).memory(settings)) {
        for (int row = part; row < rows; row += folds) {
          float[] own = of(new int[] {row}).values();
          taker.accept(own, memory.score(own));
        }
      }
    }
  }

  private GoodPatches of(int[] some) {
    int each = taken * width;
    float[] theirs = new float[some.length * each];
    for (int i = 0; i < some.length; i++) {
      System.arraycopy(values, some[i] * each, theirs, i * each, each);
    }
    return new GoodPatches(theirs, some.length, taken, whole, width);
  }
}
