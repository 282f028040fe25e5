package io.haori.training.pretrain;

import io.haori.model.transformer.HiddenDropout;
import io.haori.model.transformer.TextBatch;
import io.haori.tensor.DType;
import io.haori.tensor.Tensor;
import io.haori.training.data.TokenBatch;
import io.haori.training.sidebyside.Seeds;
import java.util.List;

/** Several domains' rows in one rectangle, one domain after another. */
final class JointBatch {
  /** A seed's bits decide on eight numbers, so shares are multiples of 1/256. */
  private static final int STEPS = 256;

  private final List<DomainBatch> batches;
  private final int rows;
  private final int length;
  private short[] drawn = new short[0];

  JointBatch(List<DomainBatch> batches) {
    this.batches = batches;
    this.rows = batches.stream().mapToInt(batch -> batch.tokens().rows()).sum();
    this.length = batches.stream().mapToInt(batch -> batch.tokens().length()).max().orElseThrow();
  }

  /** The rectangle in native memory, to be closed after the pass backwards. */
  TextBatch texts(int padId) {
    TokenBatch all = TokenBatch.joined(batches.stream().map(DomainBatch::tokens).toList(), padId);
    return new TextBatch(all.ids(), all.typeIds(), all.lengths(), all.length());
  }

  /** Places to predict, as rows of the matrix of tokens, domain after domain. */
  long[] places() {
    long[] places = new long[batches.stream().mapToInt(b -> b.placeRows().length).sum()];
    int next = 0;
    int before = 0;
    for (DomainBatch batch : batches) {
      for (int i = 0; i < batch.placeRows().length; i++) {
        places[next++] = (long) (before + batch.placeRows()[i]) * length + batch.placeColumns()[i];
      }
      before += batch.tokens().rows();
    }
    return places;
  }

  /**
   * Dropout inside the base. A number's fate depends on its row's seed, the place in the base and
   * the place in the row, never on the padding or the rows around it.
   *
   * @param width of the hidden states
   * @param share dropped, rounded to a multiple of 1/256
   * @param dtype of the masks
   */
  HiddenDropout dropout(int width, double share, DType dtype) {
    int dropped = (int) Math.round(share * STEPS);
    return place -> factors(place, width, dropped, dtype);
  }

  /** Drawn as BF16, whose numbers are the upper halves of floats: half the memory to pass over. */
  private Tensor factors(int place, int width, int dropped, DType dtype) {
    float scale = (float) STEPS / (STEPS - dropped);
    short kept = (short) ((Float.floatToIntBits(scale) + (1 << 15)) >>> 16);
    int count = Math.multiplyExact(rows * length, width);
    if (drawn.length != count) {
      drawn = new short[count];
    }
    int row = 0;
    for (DomainBatch batch : batches) {
      for (int i = 0; i < batch.tokens().rows(); i++, row++) {
        int from = row * length * width;
        int numbers = batch.tokens().lengths()[i] * width;
        fill(from, numbers, Seeds.mixed(batch.dropoutSeeds()[i] + place), dropped, kept);
      }
    }
    Tensor mask = Tensor.empty(DType.BF16, (long) rows * length, width);
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
