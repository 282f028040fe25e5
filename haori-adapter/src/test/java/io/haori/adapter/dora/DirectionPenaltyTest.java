package io.haori.adapter.dora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectionPenaltyTest {
  private static final DoraConfig CONFIG = DoraConfig.DEFAULT.withRank(2, 3);

  private final Random random = new Random(7);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable thing : opened) {
      thing.close();
    }
  }

  private DoraLinear layer(int outputs, int inputs) {
    try (Scope scope = Scope.open()) {
      Weight weight = Weight.of("w", Tensors.normal(random, 1, outputs, inputs));
      Weight bias = Weight.of("b", Tensors.zeros(DType.F32, outputs));
      DoraLinear layer =
          new DoraMethod(CONFIG).attach(new Slot("layer" + opened.size(), 0, weight, bias), random);
      layer.b().value().copyInPlace(Tensors.normal(random, 0.5, outputs, 2));
      opened.addAll(List.of(weight, bias, layer));
      return layer;
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 6", "6, 4", "5, 5"})
  void valueIsTheDistanceOfTheSmallerGramMatrixFromTheIdentity(int outputs, int inputs) {
    DoraLinear layer = layer(outputs, inputs);
    double expected = 0;
    try (Scope scope = Scope.open()) {
      Tensor update = layer.b().value().matmul(layer.a().value()).mul(1.5);
      Tensor u = layer.slot().weight().frozen().add(update);
      Tensor d = u.div(u.square().sum(1, true).sqrt());
      Tensor gram = outputs <= inputs ? d.matmul(d.t()) : d.t().matmul(d);
      float[] numbers = gram.toFloats();
      int size = Math.min(outputs, inputs);
      for (int i = 0; i < numbers.length; i++) {
        double excess = numbers[i] - (i % (size + 1) == 0 ? 1 : 0);
        expected += excess * excess;
      }
    }
    assertThat(new DirectionPenalty(List.of(layer), 1).value())
        .isCloseTo(Math.sqrt(expected), within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"4, 6", "6, 4", "5, 5"})
  void gradientEqualsDifferences(int outputs, int inputs) {
    DoraLinear layer = layer(outputs, inputs);
    DoraLinear other = layer(3, 3);
    double weight = 0.25;
    DirectionPenalty penalty = new DirectionPenalty(List.of(layer, other), weight);
    penalty.beforeStep(1, 1);
    for (Parameter parameter : List.of(layer.a(), layer.b())) {
      float[] gradient = parameter.gradient().toFloats();
      float[] values = parameter.value().toFloats();
      for (int i = 0; i < values.length; i++) {
        double ahead = at(parameter, values, i, 1e-2f, penalty);
        double behind = at(parameter, values, i, -1e-2f, penalty);
        assertThat((double) gradient[i])
            .as(parameter.name() + " " + i)
            .isCloseTo(weight * (ahead - behind) / 2e-2, within(2e-4));
      }
    }
    try (Scope scope = Scope.open()) {
      assertThat(layer.magnitude().gradient().toFloats()).containsOnly(0f);
    }
  }

  private static double at(
      Parameter parameter, float[] values, int index, float by, DirectionPenalty penalty) {
    float[] moved = values.clone();
    moved[index] += by;
    try (Scope scope = Scope.open()) {
      parameter.value().copyInPlace(Tensors.of(moved, parameter.value().shape()));
      double value = penalty.value();
      parameter.value().copyInPlace(Tensors.of(values, parameter.value().shape()));
      return value;
    }
  }

  @Test
  void whatIsAtRightAnglesAlreadyIsLeftAlone() {
    try (Scope scope = Scope.open()) {
      Weight weight = Weight.of("w", Tensors.of(new float[] {2, 0, 0, 3}, 2, 2));
      Weight bias = Weight.of("b", Tensors.zeros(DType.F32, 2));
      DoraLinear layer = new DoraMethod(CONFIG).attach(new Slot("square", 0, weight, bias), random);
      opened.addAll(List.of(weight, bias, layer));
      DirectionPenalty penalty = new DirectionPenalty(List.of(layer), 1);
      assertThat(penalty.value()).isZero();
      penalty.beforeStep(1, 1);
      assertThat(layer.b().gradient().toFloats()).containsOnly(0f);
    }
  }
}
