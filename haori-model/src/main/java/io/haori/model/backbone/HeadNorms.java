package io.haori.model.backbone;

import io.haori.tensor.grad.HeadNorm;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;

/**
 * Normalisations of each head's query and key before attention, see {@link HeadNorm}.
 *
 * @param query {@code [d]}, shared by the heads of the queries
 * @param key {@code [d]}, shared by the heads of the keys
 * @param epsilon added to the mean squares
 */
public record HeadNorms(Weight query, Weight key, double epsilon) implements AutoCloseable {
  Variable apply(Tape tape, Variable qkv, int heads, int sharedHeads) {
    return HeadNorm.apply(tape, qkv, heads, sharedHeads, query, key, epsilon);
  }

  List<Weight> weights() {
    return List.of(query, key);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
