package io.haori.adapter.dora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.MixedDerivative;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BiDoRA's layers keep the contract; which parameters are at which level. */
class BidoraMethodTest extends AdaptedLinearContract {
  private static final BidoraConfig USUAL = BidoraConfig.DEFAULT;

  private static BidoraConfig with(DoraConfig dora) {
    return new BidoraConfig(
        dora,
        USUAL.outerShare(),
        USUAL.unroll(),
        USUAL.hypergradient(),
        USUAL.penalty(),
        USUAL.upperRate(),
        USUAL.lastEpochs(),
        USUAL.lastRate(),
        USUAL.lastStart());
  }

  @Override
  protected AdapterMethod method() {
    return new BidoraMethod(with(USUAL.dora().withRank(3, 4.5)));
  }

  @Override
  protected boolean hasBatchedForm() {
    return false;
  }

  @Test
  void magnitudesAreTheUpperLevelAndNothingElse() {
    AdaptedLinear layer = opened(method().attach(slot(), random()));
    TrainingStrategy.BiLevel levels = (TrainingStrategy.BiLevel) method().strategy();
    assertThat(layer.parameters().stream().map(part -> part.parameter().name()))
        .filteredOn(levels::isUpper)
        .containsExactly(slot().name() + ".lora_magnitude_vector");
  }

  @Test
  void theNormIsInTheGradientByDefault() {
    assertThat(USUAL.dora().gradient()).isEqualTo(NormGradient.FULL);
  }

  @ParameterizedTest
  @CsvSource({"FULL, 0", "FULL, 0.5", "DETACHED, 0"})
  void theFormulaForSecondDerivativesComputesWhatThePassComputes(
      NormGradient gradient, double dropout) {
    DoraConfig config = USUAL.dora().withRank(3, 4.5).withGradient(gradient).withDropout(dropout);
    DoraLinear layer = (DoraLinear) moved(new BidoraMethod(with(config)));
    Tensor pass;
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable x = tape.constant(inputs());
      Variable y = Linear.apply(tape, x, slot().weight(), slot().bias());
      pass = layer.adapt(tape, x, y, 0).value();
    }
    List<Parameter> lower = List.of(layer.a(), layer.b());
    List<Tensor> direction =
        lower.stream().map(p -> Tensors.normal(new Random(4), 1, p.value().shape())).toList();
    Tensor formula;
    List<Tensor> mixed;
    try (Tape tape = Tape.twice(DType.F32, 3)) {
      Variable loss = squares(tape, layer);
      Variable x = tape.constant(inputs());
      try (Tape again = Tape.twice(DType.F32, 3)) {
        Variable y = Linear.apply(again, x, slot().weight(), slot().bias());
        formula = layer.adapt(again, x, y, 0).value();
        io.haori.testkit.TensorAssert.assertClose("y", formula, pass, 1e-5, 1e-6);
      }
      mixed = MixedDerivative.of(tape, loss, lower, direction, List.of(layer.magnitude()));
    }
    Tensor ahead = magnitudeGradient(layer, lower, direction, 2e-3);
    Tensor behind = magnitudeGradient(layer, lower, direction, -2e-3);
    Tensor differences = ahead.sub(behind).mul(1 / 4e-3);
    if (gradient == NormGradient.FULL) {
      // Taking the norm for a constant, the other one is no derivative of a function.
      io.haori.testkit.TensorAssert.assertClose("mixed", mixed.get(0), differences, 2e-3, 1e-4);
    }
  }

  private Variable squares(Tape tape, DoraLinear layer) {
    Variable x = tape.constant(inputs());
    Variable y = layer.adapt(tape, x, Linear.apply(tape, x, slot().weight(), slot().bias()), 0);
    return Differentiated.apply(tape, List.of(y), List.of(), in -> in.get(0).square().mean());
  }

  private Tensor magnitudeGradient(
      DoraLinear layer, List<Parameter> lower, List<Tensor> direction, double by) {
    for (int i = 0; i < lower.size(); i++) {
      lower.get(i).value().addScaledInPlace(direction.get(i), by);
    }
    layer.magnitude().gradient().zeroInPlace();
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      tape.backward(squares(tape, layer));
    }
    for (int i = 0; i < lower.size(); i++) {
      lower.get(i).value().addScaledInPlace(direction.get(i), -by);
    }
    return layer.magnitude().gradient().copy();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0   | 1 | 0   | 1   | 8  | 1 | bidora.outerShare must be above 0 and below 1, got 0.0
          1   | 1 | 0   | 1   | 8  | 1 | bidora.outerShare must be above 0 and below 1, got 1.0
          NaN | 1 | 0   | 1   | 8  | 1 | bidora.outerShare must be above 0 and below 1, got NaN
          0.2 | 0 | 0   | 1   | 8  | 1 | bidora.unroll must be at least 1, got 0
          0.2 | 1 | -1  | 1   | 8  | 1 | bidora.penalty must be finite and at least 0, got -1.0
          0.2 | 1 | NaN | 1   | 8  | 1 | bidora.penalty must be finite and at least 0, got NaN
          0.2 | 1 | 0   | 0   | 8  | 1 | bidora.upperRate must be above 0 and at most 1000.0, got 0.0
          0.2 | 1 | 0   | 1   | -1 | 1 | bidora.lastEpochs must be at least 0, got -1
          0.2 | 1 | 0   | 1   | 8  | 2000 | bidora.lastRate must be above 0 and at most 1000.0, got 2000.0
          """)
  void rejectsABadValueByName(
      double share,
      int unroll,
      double penalty,
      double upperRate,
      int lastEpochs,
      double lastRate,
      String message) {
    assertThatThrownBy(
            () ->
                new BidoraConfig(
                    USUAL.dora(),
                    share,
                    unroll,
                    Hypergradient.FINITE,
                    penalty,
                    upperRate,
                    lastEpochs,
                    lastRate,
                    LastStart.FRESH))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
