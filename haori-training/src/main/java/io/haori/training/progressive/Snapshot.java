package io.haori.training.progressive;

import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a stage may change, as it was before the stage. Owns its copies. */
final class Snapshot implements AutoCloseable {
  private final Map<Parameter, Tensor> values = new LinkedHashMap<>();
  private final StepRule rule;
  private final Map<String, Tensor> ruleState = new TreeMap<>();

  Snapshot(List<ParameterGroup> groups, StepRule rule) {
    this.rule = rule;
    try (Scope scope = Scope.open()) {
      for (ParameterGroup group : groups) {
        for (Parameter parameter : group.parameters()) {
          values.put(parameter, parameter.value().copy().retain());
        }
      }
      rule.state().forEach((name, tensor) -> ruleState.put(name, tensor.retain()));
    }
  }

  /** Puts everything back. */
  void restore() {
    try (Scope scope = Scope.open()) {
      values.forEach((parameter, value) -> parameter.value().copyInPlace(value));
      rule.restore(ruleState);
    }
  }

  @Override
  public void close() {
    values.values().forEach(Tensor::close);
    ruleState.values().forEach(Tensor::close);
  }
}
