package io.haori.adapter.bottleneck;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Two layers on one slot, one after the other. */
record Stacked(AdaptedLinear first, AdaptedLinear second) implements AdaptedLinear {
  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    return second.adapt(tape, x, first.adapt(tape, x, y, column, rows), column, rows);
  }

  @Override
  public List<TrainedParameter> parameters() {
    return Stream.concat(first.parameters().stream(), second.parameters().stream()).toList();
  }

  @Override
  public Map<String, Tensor> tensors() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Tensor merged(Tensor weight) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
