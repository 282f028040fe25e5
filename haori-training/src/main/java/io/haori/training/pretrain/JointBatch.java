package io.haori.training.pretrain;

import io.haori.core.weights.DType;
import io.haori.inference.tokens.TokenBatch;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;

/** Several domains' rows in one batch, one domain after another. */
final class JointBatch {
  /** A seed's bits decide on eight numbers, so shares are multiples of 1/256. */
  private static final int STEPS = 256;

  private final List<DomainBatch> batches;
  private final int tokens;
  private short[] drawn = new short[0];

  JointBatch(List<DomainBatch> batches) {
    this.batches = batches;
    this.tokens =
        Math.toIntExact(batches.stream().mapToLong(batch -> batch.tokens().tokens()).sum());
  }

  /** The texts in native memory, to be closed after the pass backwards. */
  TextBatch texts(int padId) {
    TokenBatch all = TokenBatch.joined(batches.stream().map(DomainBatch::tokens).toList(), padId);
    return new TextBatch(all.ids(), all.typeIds(), all.lengths(), all.length());
  }

  /** Places to predict, as rows of the matrix of tokens, domain after domain. */
  long[] places() {
    long[] places = new long[batches.stream().mapToInt(b -> b.placeRows().length).sum()];
    int next = 0;
    long before = 0;
    for (DomainBatch batch : batches) {
      int[] lengths = batch.tokens().lengths();
      long[] starts = new long[lengths.length];
      for (int row = 0; row < lengths.length; row++) {
        starts[row] = before;
        before += lengths[row];
      }
      for (int i = 0; i < batch.placeRows().length; i++) {
        places[next++] = starts[batch.placeRows()[i]] + batch.placeColumns()[i];
      }
    }
    return places;
  }

  /**
   * Dropout inside the base. A number's fate depends on its row's seed, the position in the base
   * and the position in the row, never on the rows around it.
   *
   * @param width of the hidden states
   * @param share dropped, rounded to a multiple of 1/256
   * @param dtype of the masks
   */
  HiddenDropout dropout(int width, double share, DType dtype) {
    int dropped = (int) Math.round(share * STEPS);
    return position -> factors(position, width, dropped, dtype);
  }

  /** Drawn as BF16, whose numbers are the upper halves of floats: half the memory to pass over. */
  private Tensor factors(int position, int width, int dropped, DType dtype) {
    float scale = (float) STEPS / (STEPS - dropped);
    short kept = (short) ((Float.floatToIntBits(scale) + (1 << 15)) >>> 16);
    int count = Math.multiplyExact(tokens, width);
    if (drawn.length != count) {
      drawn = new short[count];
    }
    int from = 0;
    for (DomainBatch batch : batches) {
      for (int i = 0; i < batch.tokens().rows(); i++) {
        int numbers = batch.tokens().lengths()[i] * width;
        fill(
            from,
            numbers,
            Seeds.of(batch.dropoutSeeds()[i], Purpose.DROPOUT, position),
            dropped,
            kept);
        from += numbers;
      }
    }
    Tensor mask = Tensors.empty(DType.BF16, tokens, width);
    mask.buffer().asShortBuffer().put(drawn);
    return mask.to(dtype);
  }

  private void fill(int from, int count, long seed, int dropped, short kept) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      if ((i & 7) == 0) {
        bits = Seeds.mixed(seed + i);
      }
      drawn[from + i] = (bits & 0xFF) < dropped ? 0 : kept;
      bits >>>= 8;
    }
  }
}
