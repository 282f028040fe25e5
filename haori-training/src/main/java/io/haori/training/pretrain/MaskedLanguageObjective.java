package io.haori.training.pretrain;

import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.text.Tokenizer;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Masked language modelling (Devlin et al. 2018, arXiv 1810.04805, section 3.1): of each row 15 %
 * of the tokens are to be predicted; 80 % of these are hidden by the mask token, 10 % by a random
 * one, 10 % are left.
 */
final class MaskedLanguageObjective implements Objective {
  static final String WORD = "mlm";
  private static final double PREDICTED = 0.15;
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.1;

  private final TextBase base;
  private final PlacePrediction prediction;
  private final PretrainSettings settings;
  private final Set<Integer> specialIds;

  MaskedLanguageObjective(TextBase base, MaskedLanguageHead head, PretrainSettings settings) {
    this.base = base;
    this.prediction = new PlacePrediction(base, head::logits, settings.gradientCheckpointing());
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
    return PlacePrediction.chunks(batch, mostTokens);
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
    return prediction.losses(tape, batches, adaptation);
  }

  @Override
  public boolean differentiatesTwice() {
    return true;
  }

  @Override
  public <T> T read(
      Tape tape, DomainBatch batch, Adaptation adaptation, Function<Variable, T> reader) {
    return prediction.read(tape, batch, adaptation, reader);
  }
}
