package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A gate's layer that owns the layers of its modules.
 *
 * @param gate taken over with its members
 */
record StoredGateLinear(GatedLinear gate) implements AdaptedLinear {
  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    return gate.adapt(tape, x, y, column, rows);
  }

  /** Those of the gate and of its modules, which are frozen: all that it keeps in memory. */
  @Override
  public List<TrainedParameter> parameters() {
    List<TrainedParameter> all = new ArrayList<>(gate.parameters());
    gate.members().values().forEach(member -> all.addAll(member.parameters()));
    return all;
  }

  @Override
  public Map<String, Tensor> tensors() {
    return gate.tensors();
  }

  @Override
  public Tensor merged(Tensor weight) {
    return gate.merged(weight);
  }

  @Override
  public void close() {
    gate.close();
    gate.members().values().forEach(AdaptedLinear::close);
  }
}
