package io.haori.adapter.combine;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.combine.WeightedSum.Term;
import io.haori.adapter.dora.DoraConfig;
import io.haori.adapter.dora.DoraMethod;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.merge.ModuleMerge.Merged;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules together on a whole base: against the reference's numbers, and on disk. */
class CombinedModulesTest {
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

  private AdapterModule module(String name, String targets, long seed) {
    Random random = new Random(seed);
    LoraConfig config = LoraConfig.DEFAULT.withRank(3, 4).withTargets(Targets.parse(targets));
    return moved(
        AdapterModule.create(name, new LoraMethod(config), model.backbone(), random), random);
  }

  private AdapterModule gate(GateConfig.Kind kind, AdapterModule... modules) {
    Random random = new Random(5);
    GateMethod method = new GateMethod(GateConfig.DEFAULT.withKind(kind), List.of(modules));
    return moved(AdapterModule.create("gate", method, model.backbone(), random), random);
  }

  private AdapterModule moved(AdapterModule module, Random random) {
    for (TrainedParameter part : module.parameters()) {
      Tensor value = part.parameter().value();
      value.addInPlace(Tensors.normal(random, 0.3, value.shape()));
    }
    return opened(module);
  }

  /** A golden module taken apart into weighted copies of itself is the golden module. */
  @ParameterizedTest
  @CsvSource({"bert-lora-qv", "bert-rslora-all", "bert-lora-rank-pattern"})
  void weightsThatAddUpToOneGiveTheNumbersOfTheReference(String name) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    try (Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone());
        TextBatch batch = GoldenModel.batch(io)) {
      assertGolden(
          io,
          batch,
          adapter.module(),
          slot -> {
            AdaptedLinear layer = adapter.module().layers().get(slot.name());
            return layer == null
                ? null
                : new WeightedSum(
                    slot.outputs(),
                    List.of(new Term(layer, 0.75), new Term(layer, 1), new Term(layer, -0.75)));
          },
          true);
    }
  }

  /** Whatever the shares are, they add up to one. */
  @ParameterizedTest
  @EnumSource(GateConfig.Kind.class)
  void aGateOverTwoCopiesGivesTheNumbersOfTheReference(GateConfig.Kind kind) {
    Path folder = Golden.copy("adapters/bert-rslora-all", temporary);
    try (Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        PeftAdapter one = PeftFolder.read(folder, "one", model.backbone());
        PeftAdapter two = PeftFolder.read(folder, "two", model.backbone());
        TextBatch batch = GoldenModel.batch(io)) {
      AdapterModule gate = gate(kind, one.module(), two.module());
      assertGolden(io, batch, one.module(), gate, false);
    }
  }

  private void assertGolden(
      Weights io, TextBatch batch, AdapterModule module, Adaptation adaptation, boolean learns) {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable logits = model.logits(tape, batch, adaptation, false);
      assertClose("logits", logits.value(), io.load("out.logits"), 1e-5, 1e-6);
      Variable loss = GoldenModel.loss(tape, logits, io.load("in.labels").toLongs());
      tape.backward(loss);
      model
          .head()
          .forEach(
              (name, parameter) ->
                  assertGradient(
                      io,
                      name.replaceFirst("classifier", "classifier.modules_to_save.default"),
                      parameter));
      if (learns) {
        for (TrainedParameter part : module.parameters()) {
          String name = "bert." + part.parameter().name();
          assertGradient(io, name.replaceFirst("(lora_[AB])", "$1.default"), part.parameter());
        }
      }
    }
  }

  private static void assertGradient(Weights io, String name, Parameter parameter) {
    Tensor expected = io.load("grad.base_model.model." + name);
    assertClose("gradient of " + name, parameter.gradient(), expected, 1e-4, 1e-7);
  }

  @ParameterizedTest
  @EnumSource(GateConfig.Kind.class)
  void aGateIsWrittenAndRead(GateConfig.Kind kind) {
    AdapterModule food = module("food", "query,value", 1);
    AdapterModule plants = module("plants", "query,output.dense", 2);
    AdapterModule gate = gate(kind, food, plants);
    Path file = temporary.resolve("gate.safetensors");
    GateFile.write(file, gate);
    AdapterModule read =
        opened(GateFile.read(file, "shop", List.of(food, plants), model.backbone()));
    assertThat(read.name()).isEqualTo("shop");
    assertThat(read.layers().keySet()).isEqualTo(gate.layers().keySet());
    read.layers()
        .forEach(
            (slot, layer) ->
                layer
                    .tensors()
                    .forEach(
                        (name, value) ->
                            assertThat(value.equalTo(gate.layers().get(slot).tensors().get(name)))
                                .isTrue()));
    refused(
        () -> GateFile.read(file, "shop", List.of(plants, food), model.backbone()),
        file + ": was made for the modules food, plants in this order, got plants, food");
    AdapterModule elsewhere = module("plants", "key", 2);
    assertThatThrownBy(
            () -> GateFile.read(file, "shop", List.of(food, elsewhere), model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": shape of encoder.layer.0.attention.self.query.gate.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc"})
  void aDamagedGateIsReportedWithItsFile(String content) throws IOException {
    Path file = temporary.resolve("gate.safetensors");
    Files.writeString(file, content);
    assertThatThrownBy(
            () -> GateFile.read(file, "g", List.of(module("a", "query", 1)), model.backbone()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": ");
  }

  @Test
  void aGateForTheTaskIsExactlyOneLora() {
    AdapterModule food = module("food", "query,value", 1);
    AdapterModule plants = module("plants", "query,output.dense", 2);
    AdapterModule gate = gate(GateConfig.Kind.TASK, food, plants);
    Merged merged = ModuleMerge.ofGate("one", gate);
    opened(merged.module());
    assertThat(merged.energyLost()).isZero();
    for (Slot slot : model.backbone().slots()) {
      AdaptedLinear layer = gate.layers().get(slot.name());
      if (layer != null) {
        Tensor frozen = slot.weight().frozen();
        AdaptedLinear one = merged.module().layers().get(slot.name());
        assertClose(slot.name(), one.merged(frozen), layer.merged(frozen), 1e-6, 1e-7);
      }
    }
    AdapterModule seeing = gate(GateConfig.Kind.INPUT, food, plants);
    refused(
        () -> ModuleMerge.ofGate("one", seeing),
        "a gate must be one for the task to have fixed shares, got one that looks at the input on"
            + " encoder.layer.0.attention.self.query");
    refused(
        () -> ModuleMerge.ofGate("one", food),
        "a gate must be of the method gated, got lora in module food");
  }

  @Test
  void aMergeToARankSaysWhatItLost() {
    AdapterModule food = module("food", "query", 1);
    AdapterModule plants = module("plants", "query", 2);
    List<ModuleMerge.Term> terms =
        List.of(new ModuleMerge.Term(food, 1), new ModuleMerge.Term(plants, 1));
    Merged exact = ModuleMerge.exactly("both", terms);
    Merged same = ModuleMerge.toRank("both", terms, 6);
    Merged thin = ModuleMerge.toRank("both", terms, 2);
    List.of(exact, same, thin).forEach(merged -> opened(merged.module()));
    assertThat(exact.energyLost()).isZero();
    assertThat(same.energyLost()).isZero();
    assertThat(thin.energyLost()).isBetween(0.001, 0.999);
  }

  @Test
  void modulesOfOneNameHaveNoGate() {
    AdapterModule food = module("food", "query", 1);
    refused(
        () -> new GateMethod(GateConfig.DEFAULT, List.of(food, food)),
        "modules of a gate must be named differently, got food");
    refused(
        () -> new GateMethod(GateConfig.DEFAULT, List.of()),
        "modules of a gate must be at least one, got none");
  }

  @Test
  void updatesThatDoNotAddUpHaveNoGateUntilTheyAreConverted() {
    List<Slot> slots = model.backbone().slots();
    AdapterModule turning = dora();
    GateMethod method = new GateMethod(GateConfig.DEFAULT, List.of(turning));
    refused(
        () -> method.slots(slots),
        "modules of a gate must be of methods whose updates add up, got dora in module turning on "
            + slots.get(0).name());
    refused(
        () -> ModuleMerge.exactly("s", List.of(new ModuleMerge.Term(turning, 1))),
        "modules to combine must be of methods that add a low-rank update as lora does, got dora in"
            + " module turning on "
            + slots.get(0).name());
    AdapterModule exact = opened(ModuleMerge.converted("exact", turning, slots));
    assertThat(exact.method().name()).isEqualTo("lora");
    for (Slot slot : slots) {
      AdaptedLinear layer = turning.layers().get(slot.name());
      if (layer != null) {
        Tensor frozen = slot.weight().frozen();
        AdaptedLinear converted = exact.layers().get(slot.name());
        assertClose(slot.name(), converted.merged(frozen), layer.merged(frozen), 1e-5, 1e-6);
      }
    }
    assertThat(new GateMethod(GateConfig.DEFAULT, List.of(exact)).slots(slots)).isNotEmpty();
  }

  private AdapterModule dora() {
    Random random = new Random(3);
    DoraMethod method = new DoraMethod(DoraConfig.DEFAULT);
    return moved(AdapterModule.create("turning", method, model.backbone(), random), random);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
