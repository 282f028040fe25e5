package io.haori.adapter.lora;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraSpan.Nearness;
import io.haori.adapter.merge.ModulePruning;
import io.haori.adapter.merge.ModulePruning.Pruned;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pruned modules and their spans, against the updates written out. */
class LoraPruningTest {
  @TempDir Path temporary;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private Scope scope;
  private GoldenModel model;

  @BeforeEach
  void open() {
    scope = Scope.open();
    model = opened(GoldenModel.open("bert-classification", temporary));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable open : opened) {
      open.close();
    }
    scope.close();
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private AdapterModule module(String name, int rank, long seed) {
    Random random = new Random(seed);
    LoraMethod method = new LoraMethod(LoraConfig.DEFAULT.withRank(rank, 2 * rank));
    AdapterModule module = opened(AdapterModule.create(name, method, model.backbone(), random));
    double size = 0.1;
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, size, value.shape()));
      size *= 1.3;
    }
    return module;
  }

  private static Tensor delta(AdapterModule module, Slot slot) {
    AdaptedLinear layer = module.layers().get(slot.name());
    Tensor zero = Tensors.zeros(DType.F32, slot.outputs(), slot.inputs());
    return layer == null ? zero : layer.merged(zero);
  }

  private List<Slot> slots(AdapterModule module) {
    return model.backbone().slots().stream()
        .filter(slot -> module.layers().containsKey(slot.name()))
        .toList();
  }

  /** The squares of all singular values of all layers, from the updates themselves. */
  private List<Double> energies(AdapterModule module) {
    List<Double> all = new ArrayList<>();
    for (Slot slot : slots(module)) {
      Tensor whole = delta(module, slot).to(DType.F64);
      for (float value : Decompositions.svd(whole).s().toFloats()) {
        all.add((double) value * value);
      }
    }
    all.sort(Collections.reverseOrder());
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9})
  void theStrongestComponentsOfAllLayersStay(int components) {
    AdapterModule whole = module("whole", 3, 1);

    Pruned pruned = ModulePruning.toComponents("less", whole, components);

    AdapterModule less = opened(pruned.module());
    assertThat(pruned.components()).isEqualTo(components);
    assertThat(ModulePruning.components(less)).isEqualTo(components);
    double lost = 0;
    double all = 0;
    for (Slot slot : slots(whole)) {
      lost += delta(whole, slot).sub(delta(less, slot)).square().sum().item();
      all += delta(whole, slot).square().sum().item();
    }
    List<Double> energies = energies(whole);
    double rest = energies.stream().skip(components).mapToDouble(Double::doubleValue).sum();
    assertThat(lost).isCloseTo(rest, within(1e-4 * all));
    assertThat(pruned.energyLost()).isCloseTo(rest / all, within(1e-5)).isPositive();
  }

  @Test
  void allComponentsAreTheModuleItself() {
    AdapterModule whole = module("whole", 3, 1);
    assertThat(ModulePruning.components(whole)).isEqualTo(12);

    Pruned pruned = ModulePruning.toComponents("same", whole, 99);

    AdapterModule same = opened(pruned.module());
    assertThat(pruned.components()).isEqualTo(12);
    assertThat(pruned.energyLost()).isZero();
    for (Slot slot : slots(whole)) {
      assertClose(slot.name(), delta(same, slot), delta(whole, slot), 1e-6, 1e-7);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99, 1.0})
  void aShareOfTheEnergyIsReachedWithTheFewestComponents(double share) {
    AdapterModule whole = module("whole", 3, 2);
    List<Double> energies = energies(whole);
    double all = energies.stream().mapToDouble(Double::doubleValue).sum();

    Pruned pruned = ModulePruning.toEnergy("less", whole, share);

    opened(pruned.module());
    int kept = pruned.components();
    double reached = energies.stream().limit(kept).mapToDouble(Double::doubleValue).sum();
    double oneLess = energies.stream().limit(kept - 1L).mapToDouble(Double::doubleValue).sum();
    assertThat(reached).isGreaterThanOrEqualTo((share - 1e-6) * all);
    assertThat(oneLess).isLessThan(share * all);
    assertThat(pruned.energyLost()).isLessThanOrEqualTo(1 - share + 1e-6);
  }

  @Test
  void aLayerWithoutAStrongComponentIsLeftOut() {
    AdapterModule whole = module("whole", 2, 3);
    Slot weak = slots(whole).get(1);
    ((LoraLinear) whole.layers().get(weak.name())).b().value().mulInPlace(1e-3);

    Pruned pruned = ModulePruning.toEnergy("less", whole, 0.9);

    AdapterModule less = opened(pruned.module());
    assertThat(whole.layers()).containsKey(weak.name());
    assertThat(less.layers()).doesNotContainKey(weak.name()).isNotEmpty();
    assertThat(less.method().slots(model.backbone().slots()))
        .extracting(Slot::name)
        .containsExactlyElementsOf(less.layers().keySet());
  }

  @Test
  void aModuleIsNearItselfAndItsMultiples() {
    AdapterModule one = module("one", 3, 4);
    AdapterModule other = module("other", 3, 4);
    for (AdaptedLinear layer : other.layers().values()) {
      ((LoraLinear) layer).b().value().mulInPlace(-2.5);
    }
    LoraSpan first = opened(LoraSpan.of(one));
    LoraSpan second = opened(LoraSpan.of(other));

    Nearness itself = first.to(first, 1);
    Nearness opposite = first.to(second, 1);

    assertThat(itself.overlap()).isCloseTo(1, within(1e-6));
    assertThat(itself.likeness()).isCloseTo(1, within(1e-6));
    assertThat(opposite.overlap()).isCloseTo(1, within(1e-6));
    assertThat(opposite.likeness()).isCloseTo(-1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.7, 1.0})
  void anglesAreThoseOfTheUpdatesWrittenOut(double share) {
    AdapterModule one = module("one", 3, 5);
    AdapterModule other = module("other", 2, 6);
    LoraSpan first = opened(LoraSpan.of(one));
    LoraSpan second = opened(LoraSpan.of(other));
    double product = 0;
    double mine = 0;
    double theirs = 0;
    Map<Slot, double[]> energies = new LinkedHashMap<>();
    Map<Slot, Double> overlaps = new LinkedHashMap<>();
    for (Slot slot : slots(one)) {
      Tensor a = delta(one, slot).to(DType.F64);
      Tensor b = delta(other, slot).to(DType.F64);
      double[] energy = {a.square().sum().item(), b.square().sum().item()};
      energies.put(slot, energy);
      overlaps.put(slot, overlap(basis(a, share), basis(b, share)));
      mine += energy[0];
      theirs += energy[1];
      product += a.mul(b).sum().item();
    }
    double expected = 0;
    for (Slot slot : slots(one)) {
      double[] energy = energies.get(slot);
      expected += (energy[0] / mine + energy[1] / theirs) / 2 * overlaps.get(slot);
    }

    Nearness near = first.to(second, share);

    assertThat(near.overlap()).isCloseTo(expected, within(1e-5)).isBetween(0.001, 0.6);
    assertThat(near.likeness()).isCloseTo(product / Math.sqrt(mine * theirs), within(1e-5));
    Nearness turned = second.to(first, share);
    assertThat(turned.overlap()).isCloseTo(near.overlap(), within(1e-9));
    assertThat(turned.likeness()).isCloseTo(near.likeness(), within(1e-9));
  }

  /** Columns that hold the share of a matrix's energy. */
  private static Tensor basis(Tensor matrix, double share) {
    Decompositions.Svd svd = Decompositions.svd(matrix);
    float[] values = svd.s().toFloats();
    double all = matrix.square().sum().item();
    double reached = 0;
    int count = 0;
    while (count < values.length && values[count] > 1e-6 * values[0] && reached < share * all) {
      reached += (double) values[count] * values[count];
      count++;
    }
    return svd.u().narrow(1, 0, count);
  }

  /** By the projections: the squared cosines add up to ‖U₁ᵀ U₂‖². */
  private static double overlap(Tensor one, Tensor other) {
    double cosines = one.t().matmul(other).square().sum().item();
    return cosines / Math.min(one.size(1), other.size(1));
  }

  @Test
  void modulesOnDifferentLayersAreAtRightAngles() {
    LoraSpan queries = opened(LoraSpan.of(onlyOn("query", 7)));
    LoraSpan values = opened(LoraSpan.of(onlyOn("value", 8)));

    assertThat(queries.to(values, 1)).isEqualTo(new Nearness(0, 0));
  }

  private AdapterModule onlyOn(String target, long seed) {
    AdapterModule all = module(target, 2, seed);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>(all.layers());
    layers.keySet().removeIf(slot -> !slot.endsWith(target));
    return new AdapterModule(target, all.method(), layers);
  }

  @Test
  void aModuleThatDoesNothingIsNearNothing() {
    LoraMethod method = new LoraMethod(LoraConfig.DEFAULT.withRank(2, 2));
    AdapterModule fresh =
        opened(AdapterModule.create("n", method, model.backbone(), new Random(1)));
    LoraSpan nothing = opened(LoraSpan.of(fresh));
    LoraSpan something = opened(LoraSpan.of(module("one", 2, 9)));

    assertThat(nothing.to(something, 1)).isEqualTo(new Nearness(0, 0));
    Pruned pruned = ModulePruning.toEnergy("less", fresh, 0.9);
    opened(pruned.module());
    assertThat(pruned.components()).isEqualTo(1);
    assertThat(pruned.energyLost()).isZero();
  }

  @Test
  void badArgumentsAreNamed() {
    AdapterModule one = module("one", 2, 1);
    LoraSpan span = opened(LoraSpan.of(one));
    refused(
        () -> ModulePruning.toEnergy("x", one, 1.5),
        "share of the energy must be in (0, 1], got 1.5");
    refused(
        () -> ModulePruning.toEnergy("x", one, Double.NaN),
        "share of the energy must be in (0, 1], got NaN");
    refused(
        () -> ModulePruning.toComponents("x", one, 0),
        "components to keep must be at least 1, got 0");
    refused(() -> span.to(span, 0), "share of the energy must be in (0, 1], got 0.0");
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
