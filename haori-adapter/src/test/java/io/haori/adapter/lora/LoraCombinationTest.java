package io.haori.adapter.lora;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraCombination.Term;
import io.haori.adapter.lora.LoraCombination.Truncation;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums of modules against the sums of their updates written out. */
class LoraCombinationTest {
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

  private AdapterModule module(String name, LoraConfig config, String targets, long seed) {
    Random random = new Random(seed);
    LoraMethod method = new LoraMethod(config.withTargets(Targets.parse(targets)));
    AdapterModule module = opened(AdapterModule.create(name, method, model.backbone(), random));
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.3, value.shape()));
    }
    return module;
  }

  private AdapterModule first() {
    return module("first", LoraConfig.DEFAULT.withRank(3, 4), "query,value", 1);
  }

  private AdapterModule second() {
    LoraConfig stabilised = new LoraConfig(2, 7, 0.1, true, 1, Targets.all(), Map.of(), Map.of());
    return module("second", stabilised, "query,intermediate.dense", 2);
  }

  private static Tensor delta(AdapterModule module, Slot slot) {
    AdaptedLinear layer = module.layers().get(slot.name());
    Tensor zero = Tensors.zeros(DType.F32, slot.outputs(), slot.inputs());
    return layer == null ? zero : layer.merged(zero);
  }

  @Test
  void aSumIsTheSumOfTheUpdates() {
    AdapterModule first = first();
    AdapterModule second = second();
    AdapterModule sum =
        opened(LoraCombination.sum("sum", List.of(new Term(first, 0.25), new Term(second, -1.5))));
    assertThat(sum.name()).isEqualTo("sum");
    assertThat(sum.layers()).hasSize(6);
    for (Slot slot : model.backbone().slots()) {
      Tensor expected = delta(first, slot).mul(0.25).add(delta(second, slot).mul(-1.5));
      assertClose(slot.name(), delta(sum, slot), expected, 1e-5, 1e-7);
    }
    LoraLinear both = (LoraLinear) sum.layers().get("encoder.layer.0.attention.self.query");
    assertThat(both.rank()).isEqualTo(5);
    assertThat(both.scale()).isEqualTo(1);
    LoraLinear one = (LoraLinear) sum.layers().get("encoder.layer.0.intermediate.dense");
    assertThat(one.rank()).isEqualTo(2);
    assertThat(one.scale()).isEqualTo(1);
  }

  @Test
  void theModulesOfASumStayAsTheyAre() {
    AdapterModule first = first();
    byte[] before = first.parameters().get(1).parameter().value().toBytes();
    AdapterModule sum = opened(LoraCombination.sum("sum", List.of(new Term(first, 3))));
    sum.parameters().forEach(part -> part.parameter().value().zeroInPlace());
    assertThat(first.parameters().get(1).parameter().value().toBytes()).isEqualTo(before);
  }

  @Test
  void aSumIsWrittenAndReadAsAnyOtherModule() {
    AdapterModule sum =
        opened(LoraCombination.sum("s", List.of(new Term(first(), 1), new Term(second(), 0.5))));
    Path folder = temporary.resolve("sum");
    PeftFolder.write(folder, sum, Map.of(), PeftSettings.classification("bert.", null));
    PeftAdapter read = opened(PeftFolder.read(folder, model.backbone()));
    for (Slot slot : model.backbone().slots()) {
      assertThat(delta(read.module(), slot).equalTo(delta(sum, slot))).isTrue();
    }
  }

  @Test
  void truncationKeepsTheLargestComponentsAndSaysWhatWasLost() {
    AdapterModule sum =
        opened(LoraCombination.sum("s", List.of(new Term(first(), 1), new Term(second(), 0.5))));
    Truncation cut = LoraCombination.truncated("cut", sum, 2);
    AdapterModule module = opened(cut.module());
    double lost = 0;
    double all = 0;
    for (Slot slot : model.backbone().slots()) {
      if (!sum.layers().containsKey(slot.name())) {
        continue;
      }
      Tensor whole = delta(sum, slot);
      Decompositions.Svd svd = Decompositions.svd(whole.to(DType.F64));
      Tensor nearest =
          svd.u()
              .narrow(1, 0, 2)
              .mul(svd.s().narrow(0, 0, 2).view(1, 2))
              .matmul(svd.v().narrow(0, 0, 2));
      assertClose(slot.name(), delta(module, slot), nearest.to(DType.F32), 1e-5, 1e-6);
      assertThat(((LoraLinear) module.layers().get(slot.name())).rank()).isEqualTo(2);
      double layerAll = whole.square().sum().item();
      double layerLost = whole.sub(delta(module, slot)).square().sum().item();
      assertThat(cut.lostByLayer().get(slot.name())).isCloseTo(layerLost / layerAll, within(1e-5));
      lost += layerLost;
      all += layerAll;
    }
    assertThat(cut.lost()).isCloseTo(lost / all, within(1e-5)).isBetween(0.01, 0.9);
    assertThat(cut.lostByLayer().get("encoder.layer.0.intermediate.dense")).isZero();
  }

  @Test
  void nothingIsLostAtTheFullRank() {
    AdapterModule first = first();
    Truncation same = LoraCombination.truncated("same", first, 3);
    AdapterModule module = opened(same.module());
    assertThat(same.lost()).isZero();
    for (Slot slot : model.backbone().slots()) {
      assertClose(slot.name(), delta(module, slot), delta(first, slot), 1e-6, 1e-7);
    }
  }

  @Test
  void aModuleTwiceHasTheRankOfOne() {
    AdapterModule first = first();
    AdapterModule twice =
        opened(LoraCombination.sum("t", List.of(new Term(first, 0.5), new Term(first, 0.5))));
    Truncation cut = LoraCombination.truncated("cut", twice, 3);
    opened(cut.module());
    assertThat(cut.lost()).isLessThan(1e-12);
  }

  @Test
  void aNewModuleHasNoEnergyToLose() {
    LoraMethod method = new LoraMethod(LoraConfig.DEFAULT);
    AdapterModule fresh =
        opened(AdapterModule.create("n", method, model.backbone(), new Random(1)));
    Truncation cut = LoraCombination.truncated("cut", fresh, 1);
    opened(cut.module());
    assertThat(cut.lost()).isZero();
    assertThat(cut.lostByLayer().values()).containsOnly(0.0);
  }

  @Test
  void badArgumentsAreNamed() {
    AdapterModule first = first();
    refused(() -> new Term(first, Double.NaN), "weight of module first must be finite, got NaN");
    refused(
        () -> LoraCombination.sum("s", List.of()),
        "modules to combine must be at least one, got none");
    refused(
        () -> LoraCombination.truncated("s", first, 0),
        "rank of the combination must be at least 1, got 0");
  }

  @Test
  void modulesOfAnotherBaseAreRefused() {
    String slot = "encoder.layer.0.attention.self.query";
    Random random = new Random(1);
    LoraConfig config = LoraConfig.DEFAULT.withRank(2, 2);
    AdaptedLinear wider =
        new LoraLinear(
            slot, Tensors.normal(random, 1, 2, 64), Tensors.normal(random, 1, 32, 2), config);
    AdapterModule other =
        opened(new AdapterModule("other", new LoraMethod(config), Map.of(slot, wider)));
    AdapterModule first = first();
    refused(
        () -> LoraCombination.sum("s", List.of(new Term(first, 1), new Term(other, 1))),
        "inputs of encoder.layer.0.attention.self.query in module other must be as many as in the"
            + " first module, 32, got 64");
  }

  @Test
  void aModuleInTwoTermsCountsTwice() {
    AdapterModule first = first();
    AdapterModule twice =
        opened(LoraCombination.sum("s", List.of(new Term(first, 1), new Term(first, 0.5))));
    Slot slot = model.backbone().slots().get(0);
    assertClose("sum", delta(twice, slot), delta(first, slot).mul(1.5), 1e-6, 1e-7);
  }

  @Test
  void weightsMayDifferFromLayerToLayer() {
    AdapterModule first = first();
    AdapterModule sum =
        opened(
            LoraCombination.sum(
                "s", List.of(first), (module, slot) -> slot.endsWith("query") ? 2 : -1));
    for (Slot slot : model.backbone().slots()) {
      double weight = slot.name().endsWith("query") ? 2 : -1;
      Tensor expected = delta(first, slot).mul(weight);
      assertClose(slot.name(), delta(sum, slot), expected, 1e-6, 1e-7);
    }
  }

  @Test
  void anyModuleWithAMergedWeightBecomesAnExactUpdate() {
    Slot wide = slot("encoder.layer.0.intermediate.dense");
    Slot deep = slot("encoder.layer.0.output.dense");
    Map<String, AdaptedLinear> layers =
        Map.of(wide.name(), new Unknown(-0.5), deep.name(), new Unknown(-0.5));
    AdapterModule turned = new AdapterModule("turned", new FrozenMethod(), layers);
    AdapterModule exact = opened(LoraCombination.exact("exact", turned, model.backbone().slots()));
    for (Slot slot : List.of(wide, deep)) {
      Tensor frozen = slot.weight().frozen();
      AdaptedLinear layer = exact.layers().get(slot.name());
      assertClose(slot.name(), layer.merged(frozen), frozen.mul(-0.5), 1e-6, 1e-7);
      assertThat(((LoraLinear) layer).rank()).isEqualTo(Math.min(slot.inputs(), slot.outputs()));
    }
    AdapterModule sum =
        opened(LoraCombination.sum("s", List.of(new Term(exact, 1), new Term(first(), 1))));
    assertThat(sum.layers()).hasSize(6);
    Truncation thin = LoraCombination.truncated("thin", exact, 2);
    opened(thin.module());
    assertThat(thin.lost()).isStrictlyBetween(0.0, 1.0);
  }

  @Test
  void aLowRankModuleKeepsItsRankWhenConverted() {
    AdapterModule first = first();
    AdapterModule exact = opened(LoraCombination.exact("exact", first, model.backbone().slots()));
    for (Slot slot : model.backbone().slots()) {
      assertClose(slot.name(), delta(exact, slot), delta(first, slot), 1e-6, 1e-7);
    }
    assertThat(((LoraLinear) exact.layers().values().iterator().next()).rank()).isEqualTo(3);
  }

  private Slot slot(String name) {
    return model.backbone().slots().stream()
        .filter(slot -> slot.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void otherMethodsAreRefused() {
    AdapterModule other =
        new AdapterModule("other", new FrozenMethod(), Map.of("pooler.dense", new Unknown(1)));
    refused(
        () -> LoraCombination.sum("s", List.of(new Term(other, 1))),
        "modules to combine must be of methods that add a low-rank update as lora does, got frozen in"
            + " module other on pooler.dense");
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }

  /** A layer that scales the weight, of a method that cannot be summed. */
  private record Unknown(double factor) implements AdaptedLinear {
    @Override
    public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
      return y;
    }

    @Override
    public List<TrainedParameter> parameters() {
      return List.of();
    }

    @Override
    public Map<String, Tensor> tensors() {
      return Map.of();
    }

    @Override
    public Tensor merged(Tensor weight) {
      return weight.mul(factor);
    }

    @Override
    public void close() {}
  }
}
