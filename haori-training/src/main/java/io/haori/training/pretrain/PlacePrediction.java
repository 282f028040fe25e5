package io.haori.training.pretrain;

import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenBatch;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.CrossEntropy;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Cross entropy of what a language head says at some places of a batch. Only these places go
 * through the vocabulary's product, some hundreds at a time, forward and backward at once, so that
 * scores of all of them never exist together.
 *
 * @param base reads the texts
 * @param head scores every word of the vocabulary
 * @param gradientCheckpointing whether each layer is computed again for its gradient
 */
record PlacePrediction(TextBase base, Scores head, boolean gradientCheckpointing) {
  /**
   * Numbers of the scores that are held at once, at most: 256 MB in F32. With fewer than some 300
   * rows the products of a large vocabulary, above all the gradient's, are up to twice as slow.
   */
  private static final long MOST_SCORES = 1L << 26;

  /** Places of a piece: at least, even where the vocabulary is larger, and at most. */
  private static final int LEAST_PLACES = 128;

  private static final int MOST_PLACES = 512;

  /** What a language head computes. */
  @FunctionalInterface
  interface Scores {
    /** {@code [n, hidden]} to {@code [n, vocabulary]}. */
    Variable of(Tape tape, Variable hidden);
  }

  /**
   * Each batch's mean loss over its places, see {@link Objective#losses}.
   *
   * @param tape runs forward, and backward when it records
   */
  double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation) {
    JointBatch joint = new JointBatch(batches);
    long[] places = joint.places();
    if (places.length == 0) {
      return new double[batches.size()];
    }
    try (TextBatch texts = joint.texts(base.tokenizer().padId())) {
      Variable chosen =
          base.backbone()
              .hiddenAt(
                  tape,
                  texts,
                  Tensors.of(places, places.length),
                  adaptation,
                  gradientCheckpointing,
                  HiddenDropout.NONE);
      double[] losses = new double[places.length];
      float[] weights = weights(batches, places.length);
      long[] classes = batches.stream().flatMapToLong(b -> Arrays.stream(b.classes())).toArray();
      int pieces = pieces(places.length);
      for (int piece = 0; piece < pieces; piece++) {
        int from = (int) ((long) places.length * piece / pieces);
        int to = (int) ((long) places.length * (piece + 1) / pieces);
        predict(tape, chosen, from, to, classes, weights, losses);
      }
      if (tape.records()) {
        tape.backwardFromGradients();
      }
      return means(batches, losses);
    }
  }

  /** The mean loss of a batch over its places as a variable, see {@link Objective#read}. */
  <T> T read(Tape tape, DomainBatch batch, Adaptation adaptation, Function<Variable, T> reader) {
    JointBatch joint = new JointBatch(List.of(batch));
    long[] places = joint.places();
    try (TextBatch texts = joint.texts(base.tokenizer().padId())) {
      Variable states =
          base.backbone()
              .hiddenAt(
                  tape,
                  texts,
                  Tensors.of(places, places.length),
                  adaptation,
                  false,
                  HiddenDropout.NONE);
      Tensor wanted = Tensors.of(batch.classes(), places.length, 1);
      Tensor losses = CrossEntropy.apply(tape, head.of(tape, states), wanted).value();
      return reader.apply(tape.constant(losses.sum().mul(1.0 / places.length)));
    }
  }

  /** Pieces of about one size. */
  private int pieces(int places) {
    long fitting = MOST_SCORES / base.backbone().config().vocabularySize();
    long most = Math.max(LEAST_PLACES, Math.min(MOST_PLACES, fitting));
    return (int) ((places + most - 1) / most);
  }

  /** Forward and, when the tape records, back to the chosen states at once. */
  private void predict(
      Tape tape,
      Variable chosen,
      int from,
      int to,
      long[] classes,
      float[] weights,
      double[] losses) {
    int count = to - from;
    boolean back = tape.records() && chosen.needsGradient();
    try (Scope scope = Scope.open();
        Tape part = back ? Tape.recording(tape.dtype(), 0) : Tape.inference(tape.dtype())) {
      Variable states = part.variable(chosen.value().narrow(0, from, count), back);
      Tensor wanted = Tensors.of(Arrays.copyOfRange(classes, from, to), count, 1);
      Variable rowLosses = CrossEntropy.apply(part, head.of(part, states), wanted);
      float[] values = rowLosses.value().toFloats();
      for (int i = 0; i < count; i++) {
        losses[from + i] = values[i];
      }
      if (back) {
        rowLosses.accumulate(Tensors.of(Arrays.copyOfRange(weights, from, to), count, 1));
        part.backwardFromGradients();
        chosen.writableGradient().narrow(0, from, count).copyInPlace(states.takeGradient());
      }
    }
  }

  /** Each batch's loss is a mean over its own places, of which its share counts. */
  private static float[] weights(List<DomainBatch> batches, int count) {
    float[] weights = new float[count];
    int next = 0;
    for (DomainBatch batch : batches) {
      int ours = batch.classes().length;
      Arrays.fill(weights, next, next + ours, (float) (batch.share() / Math.max(1, ours)));
      next += ours;
    }
    return weights;
  }

  private static double[] means(List<DomainBatch> batches, double[] losses) {
    double[] means = new double[batches.size()];
    int next = 0;
    for (int domain = 0; domain < means.length; domain++) {
      int ours = batches.get(domain).classes().length;
      means[domain] = Arrays.stream(losses, next, next + ours).average().orElse(0);
      next += ours;
    }
    return means;
  }

  /**
   * Cuts a batch between rows, see {@link Objective#chunks}: a chunk's share is that of its places.
   */
  static List<DomainBatch> chunks(DomainBatch batch, long mostTokens) {
    TokenBatch all = batch.tokens();
    long wanted = (all.tokens() + mostTokens - 1) / mostTokens;
    int count = (int) Math.min(all.rows(), Math.max(1, wanted));
    if (count == 1 || batch.classes().length == 0) {
      return List.of(batch);
    }
    List<DomainBatch> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < count; chunk++) {
      int first = (int) ((long) all.rows() * chunk / count);
      int end = (int) ((long) all.rows() * (chunk + 1) / count);
      TokenBatch tokens = all.rows(first, end);
      int[] ours =
          IntStream.range(0, batch.placeRows().length)
              .filter(i -> batch.placeRows()[i] >= first && batch.placeRows()[i] < end)
              .toArray();
      chunks.add(
          new DomainBatch(
              tokens,
              tokens.tokens(),
              IntStream.of(ours).map(i -> batch.placeRows()[i] - first).toArray(),
              IntStream.of(ours).map(i -> batch.placeColumns()[i]).toArray(),
              IntStream.of(ours).mapToLong(i -> batch.classes()[i]).toArray(),
              new long[0],
              batch.share() * ours.length / Math.max(1, batch.classes().length)));
    }
    return chunks;
  }
}
