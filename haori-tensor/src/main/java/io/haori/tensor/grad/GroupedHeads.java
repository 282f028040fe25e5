package io.haori.tensor.grad;

import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245): several heads of queries share
 * one head of keys and values. Each shared head is written once for every head that reads it, so
 * that {@link Attention} sees as many of each.
 *
 * <pre>{@code
 * q₁ … q_H | k₁ … k_G | v₁ … v_G   →   q₁ … q_H | k₁ k₁ … k_G k_G | v₁ v₁ … v_G v_G
 * }</pre>
 *
 * The derivative adds up the gradients of the copies.
 */
public final class GroupedHeads {
  private GroupedHeads() {}

  /**
   * Repeats keys and values; with as many heads as the queries have there is nothing to do.
   *
   * @param tape computes in its type
   * @param qkv {@code [n, (H + 2G)·d]}: the columns of queries, keys, values
   * @param heads number {@code H} of heads of the queries
   * @param groups number {@code G} of heads of keys and of values; divides {@code H}
   * @return {@code [n, 3·H·d]}
   */
  public static Variable repeated(Tape tape, Variable qkv, int heads, int groups) {
    if (groups == heads) {
      return qkv;
    }
    long width = qkv.value().size(1);
    if (groups < 1 || heads % groups != 0 || width % (heads + 2L * groups) != 0) {
      throw new IllegalArgumentException(
          width + " columns for " + heads + " heads that share " + groups);
    }
    long depth = width / (heads + 2L * groups);
    Variable output = tape.variable(repeat(qkv.value(), heads, groups, depth), qkv.needsGradient());
    if (tape.records() && qkv.needsGradient()) {
      tape.record(
          output, () -> qkv.accumulate(sum(output.requireGradient(), heads, groups, depth)));
    }
    return output;
  }

  private static Tensor repeat(Tensor qkv, int heads, int groups, long depth) {
    long tokens = qkv.size(0);
    long shared = groups * depth;
    Tensor queries = qkv.narrow(1, 0, heads * depth);
    Tensor copies =
        qkv.narrow(1, heads * depth, 2 * shared)
            .reshape(tokens, 2L * groups, 1, depth)
            .expand(tokens, 2L * groups, heads / groups, depth)
            .reshape(tokens, 2L * heads * depth);
    return Tensors.cat(List.of(queries, copies), 1);
  }

  private static Tensor sum(Tensor gradient, int heads, int groups, long depth) {
    long tokens = gradient.size(0);
    Tensor queries = gradient.narrow(1, 0, heads * depth);
    Tensor sums =
        gradient
            .narrow(1, heads * depth, 2L * heads * depth)
            .reshape(tokens, 2L * groups, heads / groups, depth)
            .sum(2, false)
            .reshape(tokens, 2L * groups * depth);
    return Tensors.cat(List.of(queries, sums), 1);
  }
}
