package io.haori.tensor.grad;

import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;

/**
 * Normalisation of each head's query and key by its root mean square, as {@link RmsNorm} does for
 * whole rows; all heads of the queries share one gain, and all of the keys another.
 */
public final class HeadNorm {
  private HeadNorm() {}

  /**
   * Normalises queries and keys; what lies behind them stays as it is.
   *
   * @param tape computes in its type
   * @param qkv {@code [n, (H + G)·d + rest]}: the columns of queries and keys, then others
   * @param heads number {@code H} of heads of the queries
   * @param groups number {@code G} of heads of the keys
   * @param queryGain {@code [d]}
   * @param keyGain {@code [d]}
   * @param epsilon added to the mean square
   * @return the same shape
   */
  public static Variable apply(
      Tape tape,
      Variable qkv,
      int heads,
      int groups,
      Weight queryGain,
      Weight keyGain,
      double epsilon) {
    long tokens = qkv.value().size(0);
    long depth = queryGain.shape()[0];
    long columns = (heads + groups) * depth;
    Tensor gains =
        Tensors.cat(
            List.of(
                queryGain.value(tape).view(1, depth).expand(heads, depth),
                keyGain.value(tape).view(1, depth).expand(groups, depth)),
            0);
    RmsNorm.Rows rows =
        RmsNorm.Rows.of(
            qkv.value().narrow(1, 0, columns).reshape(tokens, heads + groups, depth), epsilon);
    Tensor normalised = rows.normalised().mul(gains).view(tokens, columns);
    boolean trainable = queryGain.trainable() || keyGain.trainable();
    Variable output =
        tape.variable(withRest(normalised, qkv.value(), columns), qkv.needsGradient() || trainable);
    if (tape.records() && output.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor all = output.requireGradient();
            Tensor dy = all.narrow(1, 0, columns).reshape(tokens, heads + groups, depth);
            if (trainable) {
              Tensor each = rows.gainGradient(dy).sum(0, false);
              accumulate(queryGain, each.narrow(0, 0, heads));
              accumulate(keyGain, each.narrow(0, heads, groups));
            }
            if (qkv.needsGradient()) {
              Tensor dx = rows.inputGradient(dy.mul(gains)).view(tokens, columns);
              qkv.accumulate(withRest(dx, all, columns));
            }
          },
          rows.normalised(),
          rows.inverse(),
          gains);
    }
    return output;
  }

  private static void accumulate(Weight gain, Tensor heads) {
    if (gain.trainable()) {
      gain.accumulate(heads.sum(0, false));
    }
  }

  private static Tensor withRest(Tensor front, Tensor all, long columns) {
    long rest = all.size(1) - columns;
    return rest == 0 ? front : Tensors.cat(List.of(front, all.narrow(1, columns, rest)), 1);
  }
}
