package io.haori.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Backbone;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoder that is written has the tensors of the file that it was read from. */
class DecoderFolderTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "llama3-rope-causal, LlamaForCausalLM",
    "qwen2-causal-tied, Qwen2ForCausalLM",
    "qwen3-causal, Qwen3ForCausalLM",
    "mistral-window-causal, MistralForCausalLM",
    "gpt2-causal, GPT2LMHeadModel"
  })
  void namesShapesAndNumbersAreThoseOfTheFile(String name, String architecture) throws IOException {
    Path folder = Golden.copy("models/" + name, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    Path out = Files.createDirectories(temporary.resolve("out"));
    try (Scope scope = Scope.open();
        Weights stored = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Tokenizer tokenizer = Tokenizer.open(TinyDecoder.folder(temporary));
        Backbone backbone = FamilyCatalogue.build(config, stored, DType.F32)) {
      MergedFolder.write(out, new TextBase(name, "digest", backbone, tokenizer));
      try (Weights written = SafetensorsFile.open(out.resolve("model.safetensors"))) {
        assertThat(written.names()).containsExactlyInAnyOrderElementsOf(stored.names());
        for (String tensor : stored.names()) {
          assertThat(written.load(tensor).equalTo(stored.load(tensor))).as(tensor).isTrue();
        }
      }
    }
    assertThat(FamilyCatalogue.read(out.resolve("config.json"))).isEqualTo(config);
    assertThat(Files.readString(out.resolve("config.json"))).contains(architecture);
  }
}
