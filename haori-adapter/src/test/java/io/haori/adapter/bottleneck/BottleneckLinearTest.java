package io.haori.adapter.bottleneck;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bottleneck keeps the contract, and what is its own. */
class BottleneckLinearTest extends AdaptedLinearContract {
  private static final BottleneckConfig CONFIG = BottleneckConfig.DEFAULT.withWidth(3);

  @Override
  protected AdapterMethod method() {
    return new BottleneckMethod(CONFIG);
  }

  @Override
  protected boolean hasBatchedForm() {
    return false;
  }

  @Override
  protected String whyItCannotBeMerged() {
    return "method of a merged base must be a change of its weights, got bottleneck, whose function"
        + " between two matrices no weight can hold";
  }

  @Test
  void startsWithWDownUniformInOneOverTheRootOfTheOutputsAndWUpZero() {
    AdaptedLinear layer = opened(method().attach(slot(), random()));
    double bound = 1 / Math.sqrt(OUTPUTS);
    float[] down = layer.tensors().get("bottleneck_down.weight").toFloats();
    for (float value : down) {
      assertThat((double) value).isBetween(-bound, bound);
    }
    assertThat(down).hasSize(3 * OUTPUTS).doesNotHaveDuplicates();
    assertThat(layer.tensors().get("bottleneck_up.weight").toFloats()).containsOnly(0f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GELU", "RELU"})
  void computesTheFormula(Activation activation) {
    AdaptedLinear layer = moved(new BottleneckMethod(CONFIG.withActivation(activation)));
    Tensor down = layer.tensors().get("bottleneck_down.weight");
    Tensor up = layer.tensors().get("bottleneck_up.weight");
    Tensor before = Tensors.normal(random(), 1, 8, OUTPUTS);
    Tensor z = before.matmul(down.t());
    Tensor h = activation == Activation.GELU ? z.gelu() : z.relu();
    Tensor expected = before.add(h.matmul(up.t()));
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(before.copy());
    layer.adapt(tape, tape.constant(inputs()), y, 0);
    assertClose("y", y.value(), expected, 1e-6, 1e-7);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsOfReluAreDifferences(boolean wide) {
    assertGradientsAreDifferences(
        moved(new BottleneckMethod(CONFIG.withActivation(Activation.RELU))), wide);
  }

  @Test
  void twoOnOneLayerGiveEachOtherTheirGradients() {
    AdaptedLinear first = moved(method());
    AdaptedLinear second = moved(method());
    AdaptedLinear both = new Stacked(first, second);
    assertGradientsAreDifferences(both, false);
  }

  @Test
  void nothingFlowsBelowWhereNothingIsTrained() {
    AdaptedLinear layer = moved(method());
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable y = tape.constant(Tensors.normal(random(), 1, 8, OUTPUTS));
      Variable adapted = layer.adapt(tape, tape.constant(inputs()), y, 0);
      Tensor dy = Tensors.normal(random(), 1, 8, OUTPUTS);
      adapted.accumulate(dy);
      Tensor before = dy.copy();
      tape.backwardFromGradients();
      assertThat(dy.equalTo(before)).isTrue();
      assertThat(layer.parameters())
          .allSatisfy(p -> assertThat(p.parameter().gradient().abs().sum().item()).isPositive());
    }
  }

  @Test
  void placesAreBehindAttentionAndFeedForwardOrTheLatterAlone(@TempDir Path temporary) {
    try (GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      assertThat(slots(model, Places.HOULSBY))
          .containsExactly(
              "encoder.layer.0.attention.output.dense",
              "encoder.layer.0.output.dense",
              "encoder.layer.1.attention.output.dense",
              "encoder.layer.1.output.dense");
      assertThat(slots(model, Places.PFEIFFER))
          .containsExactly("encoder.layer.0.output.dense", "encoder.layer.1.output.dense");
    }
  }

  private static List<String> slots(GoldenModel model, Places places) {
    return new BottleneckMethod(BottleneckConfig.DEFAULT.withPlaces(places))
        .slots(model.backbone().slots()).stream().map(Slot::name).toList();
  }

  @Test
  void tensorsOfAnotherWidthAreRefused() {
    AdaptedLinear two = moved(new BottleneckMethod(CONFIG.withWidth(2)));
    assertThatThrownBy(() -> method().restore(slot(), two.tensors()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "shape of encoder.layer.0.attention.self.query.bottleneck_down.weight must be [3, 5]"
                + " for this base and width, got [2, 5]");
  }

  @Test
  void aMissingTensorIsNamed() {
    Map<String, Tensor> half =
        Map.of("bottleneck_down.weight", Tensors.zeros(DType.F32, 3, OUTPUTS));
    assertThatThrownBy(() -> method().restore(slot(), half))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "encoder.layer.0.attention.self.query.bottleneck_up.weight must be in the adapter,"
                + " found no such tensor");
  }
}
