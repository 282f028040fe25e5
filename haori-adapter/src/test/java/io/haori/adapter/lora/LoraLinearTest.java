package io.haori.adapter.lora;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.merge.MergeKind;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRA keeps the contract, and what is its own. */
class LoraLinearTest extends AdaptedLinearContract {
  private static final Routing HALVES = Routing.ofLength(List.of(4, 4), 1);
  private static final LoraConfig CONFIG = LoraConfig.DEFAULT.withRank(3, 4.5);

  @Override
  protected AdapterMethod method() {
    return new LoraMethod(CONFIG);
  }

  @Override
  protected boolean hasBatchedForm() {
    return true;
  }

  @Test
  void startsWithAUniformInOneOverTheRootOfTheInputsAndBZero() {
    AdaptedLinear layer = opened(method().attach(slot(), random()));
    double bound = 1 / Math.sqrt(INPUTS);
    float[] a = layer.tensors().get("lora_A.weight").toFloats();
    for (float value : a) {
      assertThat((double) value).isBetween(-bound, bound);
    }
    assertThat(a).doesNotHaveDuplicates();
    assertThat(layer.tensors().get("lora_B.weight").toFloats()).containsOnly(0f);
  }

  @ParameterizedTest
  @EnumSource(MergeKind.class)
  void aStabilisedModuleMergedAloneIsThatModule(MergeKind kind) {
    LoraConfig stabilised = new LoraConfig(3, 7, 0, true, 4, Targets.all(), Map.of(), Map.of());
    assertAloneIsItself(new LoraMethod(stabilised), kind);
  }

  @Test
  void computesTheFormula() {
    LoraLinear layer = (LoraLinear) moved(method());
    Tensor a = layer.tensors().get("lora_A.weight");
    Tensor b = layer.tensors().get("lora_B.weight");
    assertThat(layer.scale()).isEqualTo(1.5);
    Tensor expected = inputs().matmul(a.t()).matmul(b.t()).mul(1.5);
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    layer.adapt(tape, tape.constant(inputs()), y, 0);
    assertClose("y", y.value(), expected, 1e-6, 1e-7);
    assertClose("delta", layer.delta(), b.matmul(a).mul(1.5), 1e-6, 1e-7);
  }

  @Test
  void dropoutDrawsTheSameMaskFromTheSameSeed() {
    AdaptedLinear layer = moved(new LoraMethod(CONFIG.withDropout(0.5)));
    Tensor first = pass(layer, List.of(layer), true, DType.F32, 3).y();
    assertThat(pass(layer, List.of(layer), true, DType.F32, 3).y().equalTo(first)).isTrue();
    assertThat(pass(layer, List.of(layer), true, DType.F32, 4).y().equalTo(first)).isFalse();
  }

  @Test
  void gradientsUnderDropoutAreThoseOfTheKeptInputs() {
    AdaptedLinear layer = moved(new LoraMethod(CONFIG.withDropout(0.5)));
    assertGradientsAreDifferences(layer, false);
    assertGradientsAreDifferences(layer, true);
  }

  @Test
  void keptInputsAreScaledUpSoThatTheMeanStays() {
    int width = 64;
    LoraConfig config = LoraConfig.DEFAULT.withRank(width, width).withDropout(0.25);
    float[] identity = new float[width * width];
    for (int i = 0; i < width; i++) {
      identity[i * width + i] = 1;
    }
    Tensor one = Tensors.of(identity, width, width);
    LoraLinear layer = opened(new LoraLinear(slot().name(), one, one.copy(), config));
    try (Tape tape = Tape.recording(DType.F32, 9)) {
      Variable x = tape.constant(Tensors.full(1, DType.F32, 100, width));
      Variable y = tape.constant(Tensors.zeros(DType.F32, 100, width));
      layer.adapt(tape, x, y, 0);
      float kept = (float) (1 / 0.75);
      for (float value : y.value().toFloats()) {
        assertThat(value).isIn(0f, kept);
      }
      assertThat(y.value().mean().item()).isBetween(0.97, 1.03);
    }
  }

  @Test
  void dropoutIsOffInInference() {
    AdaptedLinear layer = moved(new LoraMethod(CONFIG.withDropout(0.5)));
    AdaptedLinear without = opened(new LoraMethod(CONFIG).restore(slot(), layer.tensors()));
    assertThat(inferred(layer).equalTo(inferred(without))).isTrue();
  }

  private Tensor inferred(AdaptedLinear layer) {
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    return layer.adapt(tape, tape.constant(inputs()), y, 0).value();
  }

  @Test
  void loraPlusLetsBLearnFaster() {
    LoraConfig plus = new LoraConfig(3, 4.5, 0, false, 16, CONFIG.targets(), Map.of(), Map.of());
    AdaptedLinear layer = opened(new LoraMethod(plus).attach(slot(), random()));
    assertThat(layer.parameters())
        .extracting(part -> part.parameter().name(), TrainedParameter::learningRateFactor)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(slot().name() + ".lora_A.weight", 1.0),
            org.assertj.core.groups.Tuple.tuple(slot().name() + ".lora_B.weight", 16.0));
  }

  @Test
  void layersWithDropoutHaveNoJointForm() {
    AdaptedLinear three = moved(method());
    AdaptedLinear dropping = moved(new LoraMethod(CONFIG.withDropout(0.1)));
    assertThat(method().grouped(List.of(three, dropping), HALVES)).isNull();
  }

  /** Even rows and uneven ones, one layer without rows, and too uneven to be padded. */
  @ParameterizedTest
  @ValueSource(strings = {"2,2,2,2", "3,1,2,2", "3,0,3,2", "8,0,0,0", "1,6,1,0"})
  void rowsOfManyLayersOfOneRankAreOneBatch(String counts) {
    List<Integer> rows = Stream.of(counts.split(",", -1)).map(Integer::valueOf).toList();
    List<AdaptedLinear> layers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      layers.add(moved(new LoraMethod(CONFIG.withRank(3, i + 1.5))));
    }
    assertRowsAreTheirOwnLayers(layers, rows);
  }

  @Test
  void rowsOfLayersOfVeryManyRanksInAllAreSegments() {
    List<AdaptedLinear> layers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      layers.add(moved(new LoraMethod(CONFIG.withRank(i == 0 ? 2 : 3, 4))));
    }
    List<Integer> rows = new ArrayList<>(Collections.nCopies(60, 0));
    rows.set(0, 5);
    rows.set(41, 3);
    assertRowsAreTheirOwnLayers(layers, rows);
  }

  private void assertRowsAreTheirOwnLayers(List<AdaptedLinear> layers, List<Integer> rows) {
    var grouped = method().grouped(layers, Routing.ofLength(rows, 1));
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    assertThat(grouped.adapt(tape, tape.constant(inputs()), y, 0)).isSameAs(y);
    long first = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i) > 0) {
        assertClose(
            "layer " + i,
            y.value().narrow(0, first, rows.get(i)),
            inferred(layers.get(i)).narrow(0, first, rows.get(i)),
            1e-5,
            1e-6);
        first += rows.get(i);
      }
    }
  }

  @Test
  void layersOfDifferentRanksAndScalesAreGroupedEachWithItsOwn() {
    AdaptedLinear first = moved(method());
    AdaptedLinear second = moved(new LoraMethod(CONFIG.withRank(2, 1)));
    var grouped = method().grouped(List.of(first, second), HALVES);
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    grouped.adapt(tape, tape.constant(inputs()), y, 0);
    assertClose("first", y.value().narrow(0, 0, 4), inferred(first).narrow(0, 0, 4), 1e-6, 1e-7);
    assertClose("second", y.value().narrow(0, 4, 4), inferred(second).narrow(0, 4, 4), 1e-6, 1e-7);
  }

  @Test
  void aRankWiderThanTheLayerIsRefused() {
    AdapterMethod wide = new LoraMethod(CONFIG.withRank(6, 6));
    assertThatThrownBy(() -> wide.attach(slot(), new Random(1)))
        .isInstanceOf(UserError.class)
        .hasMessage("lora.rank must be at most 5 on encoder.layer.0.attention.self.query, got 6");
  }

  @Test
  void tensorsOfAnotherShapeAreRefused() {
    AdaptedLinear two = moved(new LoraMethod(CONFIG.withRank(2, 2)));
    assertThatThrownBy(() -> method().restore(slot(), two.tensors()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "shape of encoder.layer.0.attention.self.query.lora_A.weight must be [3, 6] for this"
                + " base and rank, got [2, 6]");
  }

  @Test
  void aMissingTensorIsNamed() {
    Map<String, Tensor> half = Map.of("lora_A.weight", Tensors.zeros(DType.F32, 3, INPUTS));
    assertThatThrownBy(() -> method().restore(slot(), half))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "encoder.layer.0.attention.self.query.lora_B.weight must be in the adapter, found no"
                + " such tensor");
  }
}
