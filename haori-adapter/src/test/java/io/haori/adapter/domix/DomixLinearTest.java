package io.haori.adapter.domix;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.domix.DomixConfig.Part;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdaptedLinearContract;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DoMIX keeps the contract over modules of different rank and scale, and what is its own. */
class DomixLinearTest extends AdaptedLinearContract {
  /** Modules that change nothing yet, as the contract wants it of a new adapter. */
  @Override
  protected AdapterMethod method() {
    return new DomixMethod(DomixConfig.DEFAULT, modules(0));
  }

  @Override
  protected boolean hasBatchedForm() {
    return false;
  }

  private List<MixedModule> modules(double deviation) {
    return List.of(
        module("first", 2, 5, deviation),
        module("second", 3, 1.5, deviation),
        module("third", 1, 1, deviation));
  }

  private MixedModule module(String name, int rank, double alpha, double deviation) {
    LoraMethod lora = new LoraMethod(LoraConfig.DEFAULT.withRank(rank, alpha));
    AdaptedLinear layer = lora.attach(slot(), new Random(rank));
    if (deviation > 0) {
      for (TrainedParameter part : layer.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(new Random(10 + rank), deviation, value.shape()));
      }
    }
    AdapterModule module = opened(new AdapterModule(name, lora, Map.of(slot().name(), layer)));
    return new MixedModule(name, Path.of(name), "digest of " + name, module);
  }

  private Tensor output(AdaptedLinear layer) {
    Tape tape = Tape.inference(DType.F32);
    Variable y = tape.constant(Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS));
    return layer.adapt(tape, tape.constant(inputs()), y, 0).value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FULL", "DIAGONAL"})
  void startsAsTheSumOfTheModulesOverAllRanks(Bridge bridge) {
    List<MixedModule> modules = modules(0.3);
    DomixMethod method = new DomixMethod(DomixConfig.DEFAULT.withBridge(bridge), modules);
    AdaptedLinear mix = opened(method.attach(slot(), random()));
    Tensor expected = Tensors.zeros(DType.F32, inputs().size(0), OUTPUTS);
    for (MixedModule one : modules) {
      LowRankUpdate update = (LowRankUpdate) one.module().layers().get(slot().name());
      Tensor z = inputs().matmul(update.down().t());
      expected.addScaledInPlace(z.matmul(update.up().t()), update.scale() / 6);
    }
    assertClose("y", output(mix), expected, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"FULL, P", "FULL, B", "FULL, PB", "DIAGONAL, P", "DIAGONAL, B", "DIAGONAL, PB"})
  void eachChoiceOfTrainedPartsHasTheGradientsOfDifferences(Bridge bridge, String parts) {
    EnumSet<Part> trained = EnumSet.noneOf(Part.class);
    parts.chars().forEach(letter -> trained.add(Part.valueOf(String.valueOf((char) letter))));
    DomixConfig config = DomixConfig.DEFAULT.withBridge(bridge).withTrained(trained);
    AdaptedLinear mix = moved(new DomixMethod(config, modules(0.3)));
    assertThat(mix.parameters()).hasSize(parts.length());
    assertThat(mix.tensors()).hasSize(parts.length());
    assertGradientsAreDifferences(mix, false);
    assertGradientsAreDifferences(mix, true);
  }

  @Test
  void gradientsUnderDropoutAreThoseOfTheKeptInputs() {
    DomixConfig config =
        new DomixConfig(Bridge.FULL, EnumSet.allOf(Part.class), 0.5, 1.0, BridgeStart.RANKS);
    AdaptedLinear mix = moved(new DomixMethod(config, modules(0.3)));
    assertGradientsAreDifferences(mix, false);
    assertGradientsAreDifferences(mix, true);
  }

  @Test
  void theModulesInputSidesAreNeverTrained() {
    AdaptedLinear mix = moved(method());
    assertThat(mix.parameters())
        .extracting(part -> part.parameter().name())
        .containsExactly(slot().name() + ".domix_P.weight", slot().name() + ".domix_B.weight");
  }

  @Test
  void energiesAreThoseOfTheUpdatesThroughEachModule() {
    List<MixedModule> modules = modules(0.3);
    DomixLinear mix = (DomixLinear) moved(new DomixMethod(DomixConfig.DEFAULT, modules));
    double[] energies = mix.energies(3);
    int[] ranks = {2, 3, 1};
    int first = 0;
    for (int k = 0; k < 3; k++) {
      Tensor up = mix.up().narrow(1, first, ranks[k]);
      Tensor down = mix.down().narrow(0, first, ranks[k]);
      double expected = up.matmul(down).square().sum().item();
      assertThat(energies[k]).isCloseTo(expected, Percentage.withPercentage(0.01));
      first += ranks[k];
    }
  }

  @Test
  void withoutAModuleTheUpdateIsThatOfTheOthers() {
    DomixLinear mix = (DomixLinear) moved(new DomixMethod(DomixConfig.DEFAULT, modules(0.3)));
    int[] ranks = {2, 3, 1};
    Tensor rest = output(mix).copy();
    int first = 0;
    for (int k = 0; k < 3; k++) {
      DomixLinear without = opened(mix.without(k));
      assertThat(without.energies(3)[k]).isZero();
      Tensor z = inputs().matmul(mix.down().narrow(0, first, ranks[k]).t());
      Tensor share = z.matmul(mix.up().narrow(1, first, ranks[k]).t());
      assertClose("y", output(without), output(mix).sub(share), 1e-5, 1e-6);
      rest.addScaledInPlace(share, -1);
      first += ranks[k];
    }
    assertClose("nothing is left", rest, Tensors.zeros(DType.F32, rest.shape()), 0, 1e-5);
  }

  @Test
  void aModuleWithoutALayerHereIsNoPartOfIt() {
    AdapterModule elsewhere =
        new AdapterModule("empty", new LoraMethod(LoraConfig.DEFAULT), Map.of());
    List<MixedModule> all = new ArrayList<>(modules(0.3));
    all.add(1, new MixedModule("empty", Path.of("empty"), "digest", elsewhere));
    DomixLinear mix = opened(new DomixMethod(DomixConfig.DEFAULT, all).attach(slot(), random()));
    assertThat(mix.energies(4)[1]).isZero();
    DomixLinear same =
        opened(new DomixMethod(DomixConfig.DEFAULT, modules(0.3)).attach(slot(), random()));
    assertThat(output(mix).equalTo(output(same))).isTrue();
  }

  @Test
  void twoModulesOfOneNameAreRefused() {
    List<MixedModule> twice = List.of(module("a", 1, 1, 0), module("a", 2, 1, 0));
    assertThatThrownBy(() -> new DomixMethod(DomixConfig.DEFAULT, twice))
        .isInstanceOf(UserError.class)
        .hasMessage("modules must be of different names, got a twice");
  }

  @Test
  void nothingToTrainIsRefused() {
    assertThatThrownBy(() -> DomixConfig.DEFAULT.withTrained(EnumSet.noneOf(Part.class)))
        .isInstanceOf(UserError.class)
        .hasMessage("domix.train must be P, B or both, got nothing");
  }
}
