package io.haori.adapter.dora;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.RowScaling;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DoRA through the norm keeps the contract, and what is its own. */
class DoraLinearTest extends AdaptedLinearContract {
  private static final DoraConfig CONFIG =
      DoraConfig.DEFAULT.withRank(3, 4.5).withGradient(NormGradient.FULL);

  @Override
  protected AdapterMethod method() {
    return new DoraMethod(CONFIG);
  }

  @Override
  protected boolean hasBatchedForm() {
    return false;
  }

  @Test
  void startsWithTheNormsOfTheFrozenRowsAsMagnitude() {
    AdaptedLinear layer = opened(method().attach(slot(), random()));
    Tensor weight = slot().weight().frozen();
    Tensor norms = weight.square().sum(1, false).sqrt();
    assertClose("m", layer.tensors().get("lora_magnitude_vector"), norms, 1e-6, 0);
    assertThat(layer.tensors().get("lora_B.weight").toFloats()).containsOnly(0f);
  }

  @Test
  void computesTheFormula() {
    DoraLinear layer = (DoraLinear) moved(method());
    Tensor a = layer.tensors().get("lora_A.weight");
    Tensor b = layer.tensors().get("lora_B.weight");
    Tensor m = layer.tensors().get("lora_magnitude_vector");
    Tensor weight = slot().weight().frozen();
    Tensor direction = weight.add(b.matmul(a).mul(1.5));
    Tensor norms = direction.square().sum(1, true).sqrt();
    Tensor expected = direction.mul(m.view(OUTPUTS, 1)).div(norms);
    assertClose("W'", layer.merged(weight), expected, 1e-6, 1e-7);
    assertClose("delta", layer.delta(weight), expected.sub(weight), 1e-5, 1e-7);
    Tensor y = inputs().matmul(expected.t()).add(slot().bias().frozen());
    assertClose("y", frozenThenAdapted(layer), y, 1e-5, 1e-6);
  }

  private Tensor frozenThenAdapted(AdaptedLinear layer) {
    Tape tape = Tape.inference(DType.F32);
    Variable x = tape.constant(inputs());
    return layer.adapt(tape, x, Linear.apply(tape, x, slot().weight(), slot().bias()), 0).value();
  }

  @ParameterizedTest
  @EnumSource
  void multiplyingTheMatrixComputesWhatMultiplyingTheProductComputes(NormGradient gradient) {
    DoraConfig config = CONFIG.withGradient(gradient);
    AdaptedLinear layer = moved(new DoraMethod(config));
    Pass expected = pass(layer, List.of(layer), false, DType.F32, 3);
    layer.parameters().forEach(part -> part.parameter().gradient().zeroInPlace());
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable x = tape.variable(inputs(), true);
      RowScaling scaling = layer.rowScaling(tape);
      Variable y = Linear.applyScaled(tape, x, slot().weight(), slot().bias(), scaling.change());
      scaling.adapt(tape, x, y, 0);
      Tensor dy = Tensors.normal(new Random(5), 1, y.value().shape());
      Kernels.ColumnSums sums = Kernels.columnSums(y.value(), dy);
      tape.recordChange(y, () -> scaling.columnSums(sums.products(), sums.sums()));
      y.accumulate(dy);
      tape.backwardFromGradients();
      assertClose("y", y.value(), expected.y(), 1e-5, 1e-6);
      assertClose("dx", x.requireGradient(), expected.dx(), 1e-5, 1e-6);
    }
    expected
        .gradients()
        .forEach((p, gradientOfP) -> assertClose(p.name(), p.gradient(), gradientOfP, 1e-5, 1e-6));
  }

  @Test
  void aDetachedNormLeavesOutItsOwnDerivativeAlone() {
    AdaptedLinear full = moved(method());
    AdaptedLinear detached =
        opened(
            new DoraMethod(CONFIG.withGradient(NormGradient.DETACHED))
                .restore(slot(), full.tensors()));
    Pass whole = pass(full, List.of(full), false, DType.F32, 3);
    Pass part = pass(detached, List.of(detached), false, DType.F32, 3);
    assertThat(part.y().equalTo(whole.y())).isTrue();
    assertClose("dx", part.dx(), whole.dx(), 1e-6, 0);
    assertThat(gradient(part, detached, 2).equalTo(gradient(whole, full, 2))).isTrue();
    assertThat(gradient(part, detached, 0).equalTo(gradient(whole, full, 0))).isFalse();
    assertThat(gradient(part, detached, 1).equalTo(gradient(whole, full, 1))).isFalse();
  }

  private static Tensor gradient(Pass pass, AdaptedLinear layer, int parameter) {
    return pass.gradients().get(layer.parameters().get(parameter).parameter());
  }

  @Test
  void gradientsUnderDropoutAreThoseOfTheKeptInputs() {
    AdaptedLinear layer = moved(new DoraMethod(CONFIG.withDropout(0.5)));
    assertGradientsAreDifferences(layer, false);
    assertGradientsAreDifferences(layer, true);
  }

  @Test
  void dropoutDrawsTheSameMaskFromTheSameSeedAndNoneInInference() {
    AdaptedLinear layer = moved(new DoraMethod(CONFIG.withDropout(0.5)));
    Tensor first = pass(layer, List.of(layer), true, DType.F32, 3).y();
    assertThat(pass(layer, List.of(layer), true, DType.F32, 3).y().equalTo(first)).isTrue();
    assertThat(pass(layer, List.of(layer), true, DType.F32, 4).y().equalTo(first)).isFalse();
    AdaptedLinear without = opened(method().restore(slot(), layer.tensors()));
    assertThat(frozenThenAdapted(layer).equalTo(frozenThenAdapted(without))).isTrue();
  }

  @Test
  void aRowThatTheBasePrunedAwayStaysAwayAndSpoilsNoGradient() {
    Tensor weight = slot().weight().frozen().copy();
    weight.select(0, 2).zeroInPlace();
    Slot pruned = new Slot(slot().name(), 0, opened(Weight.of("w", weight)), slot().bias());
    AdaptedLinear layer = opened(method().attach(pruned, random()));
    try (Tape tape = Tape.recording(DType.F32, 3)) {
      Variable x = tape.variable(inputs(), true);
      Variable y = Linear.apply(tape, x, pruned.weight(), pruned.bias());
      Tensor frozen = y.value().copy();
      layer.adapt(tape, x, y, 0);
      assertClose("y", y.value(), frozen, 1e-6, 1e-7);
      y.accumulate(Tensors.full(1, DType.F32, y.value().shape()));
      tape.backwardFromGradients();
      assertThat(x.requireGradient().isFinite()).isTrue();
    }
    for (TrainedParameter part : layer.parameters()) {
      assertThat(part.parameter().gradient().isFinite()).as(part.parameter().name()).isTrue();
    }
  }

  @Test
  void layersMayNotBeSummedAsIfTheyWereAddends() {
    assertThat(method().addsToOutput()).isFalse();
  }

  @Test
  void aRankWiderThanTheLayerIsRefused() {
    AdapterMethod wide = new DoraMethod(CONFIG.withRank(6, 6));
    assertThatThrownBy(() -> wide.attach(slot(), new Random(1)))
        .isInstanceOf(UserError.class)
        .hasMessage("dora.rank must be at most 5 on encoder.layer.0.attention.self.query, got 6");
  }

  @Test
  void aMissingMagnitudeIsNamed() {
    AdaptedLinear layer = moved(method());
    Map<String, Tensor> stored = new LinkedHashMap<>(layer.tensors());
    stored.remove("lora_magnitude_vector");
    assertThatThrownBy(() -> method().restore(slot(), stored))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "encoder.layer.0.attention.self.query.lora_magnitude_vector must be in the adapter,"
                + " found no such tensor");
  }

  @Test
  void parametersAreFactorsAndMagnitude() {
    AdaptedLinear layer = opened(method().attach(slot(), random()));
    assertThat(layer.parameters())
        .extracting(TrainedParameter::parameter)
        .extracting(Parameter::name)
        .containsExactly(
            slot().name() + ".lora_A.weight",
            slot().name() + ".lora_B.weight",
            slot().name() + ".lora_magnitude_vector");
  }
}
