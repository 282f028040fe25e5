package io.haori.model.backbone;

import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Attention;
import io.haori.tensor.grad.GroupedHeads;
import io.haori.tensor.grad.Rotary;
import io.haori.tensor.grad.SelectRows;
import io.haori.tensor.grad.Sequences;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention of a text's tokens to each other.
 *
 * <pre>{@code
 * q, k, v = queryKeyValue(x)      y = output(attention(rotated(q), rotated(k), v))
 * }</pre>
 *
 * @param queryKeyValue one product {@code [n, hidden]} to {@code [n, (H + 2G)·d]}, of one slot or
 *     three
 * @param output {@code [n, H·d]} to {@code [n, hidden]}
 * @param heads number {@code H} of heads
 * @param sharedHeads number {@code G} of heads of keys and of values, which groups of heads share;
 *     as many as there are heads where none is shared
 * @param reach how far a token sees
 * @param rotary rotates queries and keys, null for none
 * @param headNorms normalises each head's query and key before the rotation, null for none
 */
public record SelfAttention(
    AdaptedProducts queryKeyValue,
    AdaptedProducts output,
    int heads,
    int sharedHeads,
    Sequences.Reach reach,
    @Nullable RotaryPositions rotary,
    @Nullable HeadNorms headNorms)
    implements AutoCloseable {
  /** Attention whose heads are not normalised. */
  public SelfAttention(
      AdaptedProducts queryKeyValue,
      AdaptedProducts output,
      int heads,
      int sharedHeads,
      Sequences.Reach reach,
      @Nullable RotaryPositions rotary) {
    this(queryKeyValue, output, heads, sharedHeads, reach, rotary, null);
  }

  /** Its linear layers. */
  List<AdaptedProducts> products() {
    return List.of(queryKeyValue, output);
  }

  /**
   * Applies it.
   *
   * @param x {@code [n, hidden]}
   * @param places I64 {@code [m]}, the tokens whose result is wanted; null for all
   * @return {@code [m, hidden]}
   */
  public Variable apply(
      Tape tape, Variable x, PassLayout layout, @Nullable Tensor places, Adaptation adaptation) {
    Variable qkv = queryKeyValue.apply(tape, x, adaptation);
    if (headNorms != null) {
      qkv = headNorms.apply(tape, qkv, heads, sharedHeads);
    }
    if (rotary != null) {
      qkv = Rotary.apply(tape, qkv, heads + sharedHeads, layout.rotation(rotary));
    }
    Variable context = context(tape, qkv, layout);
    if (places != null) {
      context = SelectRows.apply(tape, context, places);
    }
    return output.apply(tape, context, adaptation);
  }

  private Variable context(Tape tape, Variable qkv, PassLayout layout) {
    KeyValueCache cache = layout.cache();
    if (cache != null) {
      int layer = queryKeyValue.slots().get(0).layer();
      if (cache.isContinued()) {
        return tape.constant(cache.attend(layer, qkv.value(), heads, sharedHeads, reach));
      }
      cache.start(layer, qkv.value(), layout.batch(), heads, sharedHeads);
    }
    Variable repeated = GroupedHeads.repeated(tape, qkv, heads, sharedHeads);
    return Attention.apply(tape, repeated, layout.sequences(reach), heads);
  }

  @Override
  public void close() {
    products().forEach(AdaptedProducts::close);
    if (headNorms != null) {
      headNorms.close();
    }
  }
}
