package io.haori.adapter.gguf;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraLinear;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.TextBatch;
import io.haori.model.gguf.GgufFile;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters of llama.cpp's: what its own writer wrote is read, and what is written is the same. */
class GgufAdapterTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "llama-lora-all, llama-causal",
    "qwen3-lora-all, qwen3-causal",
    "gpt2-lora-all, gpt2-causal-2"
  })
  void whatItsWriterWroteGivesTheLogitsOfTheReference(String name, String base) {
    Path file = GgufFixtures.copy(name + ".gguf", temporary);
    Path folder = Golden.copy("adapters/" + name, temporary);
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        GoldenModel model = GoldenModel.open(base, temporary);
        TextBatch batch = GoldenModel.batch(io);
        AdapterModule read = GgufAdapter.read(file, "a", model.backbone());
        Tape tape = Tape.inference(DType.F32)) {
      Tensor logits = model.logits(tape, batch, read, false).value();
      Tensor golden = GoldenModel.tokens(batch, io.load("out.logits"));
      assertClose("logits", logits, golden, 1e-5, 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama-lora-all, llama-causal",
    "qwen3-lora-all, qwen3-causal",
    "gpt2-lora-all, gpt2-causal-2"
  })
  void whatIsWrittenHoldsTheNamesAndBitsOfItsWriter(String name, String base) {
    Path theirs = GgufFixtures.copy(name + ".gguf", temporary);
    Path ours = temporary.resolve("ours.gguf");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open(base, temporary);
        PeftAdapter adapter =
            PeftFolder.read(Golden.copy("adapters/" + name, temporary), model.backbone())) {
      GgufAdapter.write(ours, adapter.module(), model.backbone());
      try (GgufFile written = GgufFile.open(ours);
          GgufFile wanted = GgufFile.open(theirs);
          AdapterModule again = GgufAdapter.read(ours, "a", model.backbone())) {
        assertThat(written.names()).containsExactlyInAnyOrderElementsOf(wanted.names());
        for (String tensor : wanted.names()) {
          assertThat(written.shape(tensor)).isEqualTo(wanted.shape(tensor));
          assertThat(written.load(tensor).equalTo(wanted.load(tensor))).as(tensor).isTrue();
        }
        for (String key : new String[] {"general.type", "general.architecture", "adapter.type"}) {
          assertThat(written.text(key)).isNotNull().isEqualTo(wanted.text(key));
        }
        assertThat(written.real("adapter.lora.alpha", 0))
            .isPositive()
            .isEqualTo(wanted.real("adapter.lora.alpha", 0));
        assertSameBits(again, adapter.module());
      }
    }
  }

  private static void assertSameBits(AdapterModule got, AdapterModule wanted) {
    assertThat(got.layers().keySet()).containsExactlyInAnyOrderElementsOf(wanted.layers().keySet());
    wanted
        .layers()
        .forEach(
            (slot, layer) -> {
              AdaptedLinear other = got.layers().get(slot);
              layer
                  .tensors()
                  .forEach(
                      (name, tensor) ->
                          assertThat(other.tensors().get(name).equalTo(tensor))
                              .as(slot + "." + name)
                              .isTrue());
              assertThat(((LowRankUpdate) other).scale())
                  .isEqualTo(((LowRankUpdate) layer).scale());
            });
  }

  private static AdapterModule random(LoraConfig config, GoldenModel model) {
    Random random = new Random(1);
    AdapterModule module =
        AdapterModule.create("a", new LoraMethod(config), model.backbone(), random);
    try (Scope scope = Scope.open()) {
      module
          .layers()
          .values()
          .forEach(
              layer -> {
                Tensor up = ((LowRankUpdate) layer).up();
                up.copyInPlace(Tensors.normal(random, 1, up.shape()));
              });
    }
    return module;
  }

  /** Ranks follow from the tensors, so a pattern of ranks alone needs no folding. */
  @ParameterizedTest
  @CsvSource({
    "llama-causal, false, false, 16.0",
    "qwen2-causal-tied, false, false, 16.0",
    "mistral-window-causal, true, false, 0.0",
    "llama3-rope-causal, false, true, 0.0"
  })
  void everyScaleIsKept(String base, boolean rankStabilized, boolean alphas, float alpha) {
    LoraConfig config =
        new LoraConfig(
            3,
            16,
            0,
            rankStabilized,
            1,
            Targets.all(),
            Map.of("layers.0.self_attn.[qk]_proj", 2),
            alphas ? Map.of("v_proj", 5.0) : Map.of());
    Path file = temporary.resolve("a.gguf");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open(base, temporary);
        AdapterModule module = random(config, model)) {
      GgufAdapter.write(file, module, model.backbone());
      try (GgufFile written = GgufFile.open(file);
          AdapterModule again = GgufAdapter.read(file, "a", model.backbone())) {
        assertThat(written.real("adapter.lora.alpha", -1)).isEqualTo(alpha);
        assertThat(again.layers().keySet()).isEqualTo(module.layers().keySet());
        module
            .layers()
            .forEach(
                (slot, layer) -> {
                  Tensor wanted = ((LoraLinear) layer).delta();
                  Tensor got = ((LoraLinear) again.layers().get(slot)).delta();
                  assertClose(slot, got, wanted, 1e-5, 1e-6);
                });
      }
    }
  }

  @Test
  void aReadModuleIsAPeftFolderAsAnyOther() {
    Path file = GgufFixtures.copy("half.gguf", temporary);
    Path folder = temporary.resolve("peft");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("llama-causal", temporary);
        AdapterModule read = GgufAdapter.read(file, "a", model.backbone())) {
      PeftFolder.write(folder, read, Map.of(), PeftSettings.causal("model.", null));
      try (PeftAdapter again = PeftFolder.read(folder, model.backbone())) {
        assertSameBits(again.module(), read);
      }
      Map<String, Double> scales = new LinkedHashMap<>();
      read.layers().forEach((slot, layer) -> scales.put(slot, ((LowRankUpdate) layer).scale()));
      assertThat(scales)
          .isEqualTo(Map.of("layers.0.self_attn.v_proj", 1.0, "layers.1.self_attn.v_proj", 1.0));
      // -64 … 63 in eighths, which both half-wide types hold exactly.
      LowRankUpdate first = (LowRankUpdate) read.layers().get("layers.0.self_attn.v_proj");
      assertThat(first.down().toFloats()).startsWith(-8f, -7.875f).endsWith(-0.125f).hasSize(64);
      assertThat(first.up().toFloats()).startsWith(0f, 0.125f).endsWith(3.875f).hasSize(32);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama-lora-all.gguf | qwen3-causal        | FILE: general.architecture must be qwen3, as the base is, got 'llama'
          gpt2-lora-all.gguf  | llama-causal        | FILE: general.architecture must be llama, as the base is, got 'gpt2'
          llama-lora-all.gguf | bert-classification | base of a GGUF adapter must be a decoder of the families llama, mistral, qwen2, qwen3 and gpt2, got bert
          """)
  void whatDoesNotFitIsOneSentence(String name, String base, String sentence) {
    Path file = GgufFixtures.copy(name, temporary);
    try (GoldenModel model = GoldenModel.open(base, temporary)) {
      assertThatThrownBy(() -> GgufAdapter.read(file, "a", model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage(sentence.replace("FILE", file.toString()));
    }
  }

  /** Numbers of 8 bits with a scale are read as floats. */
  @Test
  void anAdapterInBlocksIsRead() {
    Path file = GgufFixtures.copy("quantised.gguf", temporary);
    try (GoldenModel model = GoldenModel.open("llama-causal", temporary);
        AdapterModule read = GgufAdapter.read(file, "a", model.backbone())) {
      assertThat(read.layers()).isNotEmpty();
      for (AdaptedLinear layer : read.layers().values()) {
        assertThat(((LowRankUpdate) layer).down().isFinite()).isTrue();
      }
    }
  }

  @Test
  void doraIsRefusedAndNothingIsWritten() {
    Path file = temporary.resolve("a.gguf");
    try (GoldenModel model = GoldenModel.open("llama-causal", temporary);
        PeftAdapter dora =
            PeftFolder.read(Golden.copy("adapters/llama-dora-all", temporary), model.backbone())) {
      assertThatThrownBy(() -> GgufAdapter.write(file, dora.module(), model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage("method of a GGUF adapter must add a low-rank update as lora does, got dora");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void onlyWhatWasWrittenHereCountsAsOurs() throws IOException {
    Path file = GgufFixtures.copy("half.gguf", temporary);
    assertThat(GgufAdapter.isOurs(file)).isFalse();
    assertThat(GgufAdapter.isOurs(Files.writeString(temporary.resolve("x"), "GGUF"))).isFalse();
    try (GoldenModel model = GoldenModel.open("llama-causal", temporary);
        AdapterModule read = GgufAdapter.read(file, "a", model.backbone())) {
      GgufAdapter.write(file, read, model.backbone());
    }
    assertThat(GgufAdapter.isOurs(file)).isTrue();
  }
}
