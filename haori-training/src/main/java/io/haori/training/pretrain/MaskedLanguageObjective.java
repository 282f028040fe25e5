package io.haori.training.pretrain;

import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.TextBatch;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.CrossEntropy;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Masked language modelling (Devlin et al. 2018, arXiv 1810.04805, section 3.1): of each row 15 %
 * of the tokens are to be predicted; 80 % of these are hidden by the mask token, 10 % by a random
 * one, 10 % are left. Only the places to predict go through the vocabulary's product, a few hundred
 * at a time, forward and backward at once.
 */
final class MaskedLanguageObjective implements Objective {
  static final String WORD = "mlm";
  private static final double PREDICTED = 0.15;
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.1;

  /** Scores of this many positions over the whole vocabulary are held at once. */
  private static final int CHUNK = 128;

  private final TextBase base;
  private final MaskedLanguageHead head;
  private final PretrainSettings settings;
  private final Set<Integer> specialIds;

  MaskedLanguageObjective(TextBase base, MaskedLanguageHead head, PretrainSettings settings) {
    this.base = base;
    this.head = head;
    this.settings = settings;
    this.specialIds = base.tokenizer().specialIds();
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public boolean isLikelihood() {
    return true;
  }

  /** Packed, so that nearly every row is full. */
  @Override
  public TokenizedRows rows(List<String> texts, Tokenizer tokenizer) {
    return new Packing(tokenizer, settings.maxLength()).pack(texts);
  }

  @Override
  public DomainBatch batch(TokenizedRows rows, int[] index, long seed) {
    TokenBatch plain = rows.batch(index);
    long[] ids = plain.ids().clone();
    int[] placeRows = new int[ids.length];
    int[] placeColumns = new int[ids.length];
    long[] classes = new long[ids.length];
    int count = 0;
    for (int row = 0; row < plain.rows(); row++) {
      // A row's mask is its own: the same whatever rows are beside it.
      SplittableRandom random =
          new SplittableRandom(Seeds.of(seed, Purpose.MASK, plain.rowIndex()[row]));
      int start = row * plain.length();
      int[] candidates = candidates(plain, row);
      int wanted = (int) Math.max(1, Math.round(PREDICTED * candidates.length));
      for (int i = 0; i < Math.min(wanted, candidates.length); i++) {
        int other = i + random.nextInt(candidates.length - i);
        int column = candidates[other];
        candidates[other] = candidates[i];
        placeRows[count] = row;
        placeColumns[count] = column;
        classes[count++] = ids[start + column];
        ids[start + column] = shown(ids[start + column], random);
      }
    }
    TokenBatch shown =
        new TokenBatch(
            ids, plain.typeIds(), plain.lengths(), plain.rows(), plain.length(), plain.rowIndex());
    return new DomainBatch(
        shown,
        plain.tokens(),
        Arrays.copyOf(placeRows, count),
        Arrays.copyOf(placeColumns, count),
        Arrays.copyOf(classes, count),
        new long[0],
        1);
  }

  @Override
  public int vectors(DomainBatch batch) {
    return batch.placeRows().length;
  }

  @Override
  public boolean cuts() {
    return true;
  }

  @Override
  public List<DomainBatch> chunks(DomainBatch batch, long mostTokens) {
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

  private int[] candidates(TokenBatch batch, int row) {
    int[] columns = new int[batch.lengths()[row]];
    int count = 0;
    for (int column = 0; column < columns.length; column++) {
      if (!specialIds.contains((int) batch.ids()[row * batch.length() + column])) {
        columns[count++] = column;
      }
    }
    return Arrays.copyOf(columns, count);
  }

  private long shown(long id, SplittableRandom random) {
    double chance = random.nextDouble();
    if (chance < MASKED) {
      return base.tokenizer().maskId();
    }
    if (chance >= MASKED + RANDOM) {
      return id;
    }
    int drawn = random.nextInt(base.tokenizer().vocabularySize());
    while (specialIds.contains(drawn)) {
      drawn = random.nextInt(base.tokenizer().vocabularySize());
    }
    return drawn;
  }

  @Override
  public double[] losses(Tape tape, List<DomainBatch> batches, Adaptation adaptation) {
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
                  settings.gradientCheckpointing(),
                  HiddenDropout.NONE);
      double[] losses = new double[places.length];
      float[] weights = weights(batches, places.length);
      long[] classes = batches.stream().flatMapToLong(b -> Arrays.stream(b.classes())).toArray();
      for (int from = 0; from < places.length; from += CHUNK) {
        int to = Math.min(places.length, from + CHUNK);
        predict(tape, chosen, from, to, classes, weights, losses);
      }
      if (tape.records()) {
        tape.backwardFromGradients();
      }
      return means(batches, losses);
    }
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
      Variable rowLosses = CrossEntropy.apply(part, head.logits(part, states), wanted);
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
}
