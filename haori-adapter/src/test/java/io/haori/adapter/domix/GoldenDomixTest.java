package io.haori.adapter.domix;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** DoMIX against the reference implementation: outputs, gradients, one step of AdamW. */
class GoldenDomixTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"diagonal, false", "diagonal, true", "dense, false", "dense, true"})
  void oneStepIsThatOfTheReference(String name, boolean checkpointing) {
    Path folder = Golden.copy("domix/" + name, temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Weights mixers = SafetensorsFile.open(folder.resolve("mixers.safetensors"));
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        AdapterModule mix = mix(name, model, mixers);
        TextBatch batch = GoldenModel.batch(io);
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable logits = model.logits(tape, batch, mix, checkpointing);
      assertClose("logits", logits.value(), io.load("out.logits"), 1e-5, 1e-6);
      Variable loss = GoldenModel.loss(tape, logits, io.load("in.labels").toLongs());
      assertClose("loss", loss.value().view(1), io.load("out.loss"), 1e-5, 1e-6);

      tape.backward(loss);
      Map<String, Parameter> trained = trained(model, mix);
      assertThat(io.names().stream().filter(n -> n.startsWith("grad.")))
          .containsExactlyInAnyOrderElementsOf(
              trained.keySet().stream().map(n -> "grad." + n).toList());
      trained.forEach(
          (reference, parameter) -> {
            Tensor gradient = io.load("grad." + reference);
            assertClose("gradient of " + reference, parameter.gradient(), gradient, 1e-4, 1e-7);
            Tensor step = io.load("step." + reference);
            assertClose("step of " + reference, afterAdamW(parameter), step, 1e-5, 1e-6);
          });
    }
  }

  /** The case called diagonal starts its full bridge at I / R, as a new mix does. */
  @Test
  void aNewMixStartsAsTheReferenceDoes() {
    Path folder = Golden.copy("domix/diagonal", temporary);
    for (Bridge bridge : Bridge.values()) {
      try (Scope scope = Scope.open();
          Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
          GoldenModel model = GoldenModel.open("bert-classification", temporary);
          TextBatch batch = GoldenModel.batch(io)) {
        DomixMethod method =
            new DomixMethod(DomixConfig.DEFAULT.withBridge(bridge), modules("diagonal", model));
        AdapterModule mix = AdapterModule.create("task", method, model.backbone(), new Random(1));
        Variable logits = model.logits(Tape.inference(DType.F32), batch, mix, false);
        assertClose("logits", logits.value(), io.load("out.logits"), 1e-5, 1e-6);
        AdapterModule lora = MixFolder.asLora("lora", mix, model.backbone().slots());
        Variable same = model.logits(Tape.inference(DType.F32), batch, lora, false);
        assertClose("logits of the export", same.value(), io.load("out.logits"), 1e-5, 1e-6);
        mix.close();
        lora.close();
        method.modules().forEach(one -> one.module().close());
      }
    }
  }

  /** What a mix says at first is then the mean, or the sum, of what its modules say. */
  @ParameterizedTest
  @EnumSource(
      value = BridgeStart.class,
      names = {"MODULES", "SUM"})
  void aMixMayStartAtTheMeanOrTheSumOfItsModules(BridgeStart start) {
    DomixConfig config = DomixConfig.DEFAULT.withStart(start);
    for (Bridge bridge : Bridge.values()) {
      try (Scope scope = Scope.open();
          GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
        List<MixedModule> modules = modules("diagonal", model);
        DomixMethod method = new DomixMethod(config.withBridge(bridge), modules);
        AdapterModule mix = AdapterModule.create("task", method, model.backbone(), new Random(1));
        mix.layers()
            .forEach(
                (slot, layer) -> {
                  double share = start == BridgeStart.SUM ? 1 : 1.0 / modules.size();
                  Tensor all = null;
                  for (MixedModule one : modules) {
                    Tensor said = said(one.module().layers().get(slot)).mul(share);
                    all = all == null ? said : all.add(said);
                  }
                  assertClose(slot, said(layer), Objects.requireNonNull(all), 1e-5, 1e-7);
                });
        mix.close();
        modules.forEach(one -> one.module().close());
      }
    }
  }

  private static Tensor said(@Nullable AdaptedLinear layer) {
    LowRankUpdate update = (LowRankUpdate) Objects.requireNonNull(layer);
    return update.up().matmul(update.down()).mul(update.scale());
  }

  private List<MixedModule> modules(String name, GoldenModel model) {
    List<Path> folders =
        IntStream.range(0, 3)
            .mapToObj(k -> Golden.copy("domix/" + name + "/module-" + k, temporary))
            .toList();
    return MixFolder.open(folders, model.backbone());
  }

  private AdapterModule mix(String name, GoldenModel model, Weights mixers) {
    List<MixedModule> modules = modules(name, model);
    DomixMethod method = new DomixMethod(DomixConfig.DEFAULT, modules);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    for (Slot slot : method.slots(model.backbone().slots())) {
      Tensor bridge = mixers.load("bert." + slot.name() + ".M");
      layers.put(slot.name(), method.restore(slot, Map.of(DomixLinear.P, bridge)));
    }
    modules.forEach(one -> one.module().close());
    return new AdapterModule("task", method, layers);
  }

  /** By the reference's names. */
  private static Map<String, Parameter> trained(GoldenModel model, AdapterModule mix) {
    Map<String, Parameter> trained = new LinkedHashMap<>();
    for (TrainedParameter part : mix.parameters()) {
      String name = "bert." + part.parameter().name();
      trained.put(name.replace(DomixLinear.P, "M").replace(DomixLinear.B, "B"), part.parameter());
    }
    trained.putAll(model.head());
    return trained;
  }

  /** The first step of AdamW: both moments are those of one gradient, bias-corrected. */
  private static Tensor afterAdamW(Parameter parameter) {
    Tensor gradient = parameter.gradient();
    Tensor move = gradient.div(gradient.abs().add(1e-8));
    return parameter.value().mul(1 - 1e-3 * 0.01).addScaled(move, -1e-3);
  }
}
