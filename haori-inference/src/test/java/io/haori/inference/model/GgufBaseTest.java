package io.haori.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Sampling;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.gguf.GgufBase;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A base as a file of llama.cpp is that of the folder which it was made of. */
class GgufBaseTest {
  @TempDir Path temporary;

  private static TextBase open(Path place) {
    return TextBase.open(place.toString(), DType.F32, FetchListener.SILENT);
  }

  private static Map<String, float[]> weights(ModelConfig config, Weights stored) {
    Map<String, float[]> values = new TreeMap<>();
    try (Scope scope = Scope.open();
        Backbone backbone = FamilyCatalogue.build(config, stored, DType.F32)) {
      for (Weight weight : backbone.weights()) {
        values.put(weight.name(), weight.current().to(DType.F32).toFloats());
      }
    }
    return values;
  }

  private static String written(TextBase base, String prompt) {
    return new Generator(base, Adaptation.NONE, DType.F32)
        .generate(prompt, new GenerationSettings(30, Sampling.GREEDY, List.of(), 0))
        .text();
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama-f32.gguf, tiny-llama",
    "qwen3-causal-f32.gguf, qwen3-causal",
    "gpt2-causal-f32.gguf, gpt2-causal",
    "llama3-rope-f32.gguf, llama3-rope-causal"
  })
  void numbersAndShapeAreThoseOfTheFolder(String file, String model) {
    Path folder = Golden.copy("models/" + model, temporary);
    Path gguf = Golden.file("gguf/" + file, temporary);
    ModelConfig wanted = Bases.config(folder.toString());
    ModelConfig config = Bases.config(gguf.toString());
    assertThat(config.toString()).isEqualTo(wanted.toString());
    try (Weights theirs = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights ours = GgufBase.weights(gguf, Objects.requireNonNull(config.llamaCpp()))) {
      Map<String, float[]> expected = weights(wanted, theirs);
      Map<String, float[]> values = weights(config, ours);
      assertThat(values.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, value) -> assertThat(values.get(name)).as(name).isEqualTo(value));
    }
  }

  /** The tokenizer and the chat template are in the file. */
  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "q8_0"})
  void itWritesWhatTheFolderWrites(String kind) {
    Path folder = Golden.copy("models/tiny-llama", temporary);
    Path gguf = Golden.file("gguf/tiny-llama-" + kind + ".gguf", temporary.resolve("one"));
    try (TextBase wanted = open(folder);
        TextBase base = open(gguf)) {
      for (String prompt : List.of("A cat is", "The red", "Caffè für", "日本 🙂")) {
        assertThat(base.tokenizer().prompt(prompt)).isEqualTo(wanted.tokenizer().prompt(prompt));
      }
      assertThat(base.tokenizer().endId()).isEqualTo(1);
      assertThat(base.tokenizer().chatTemplate()).isEqualTo(wanted.tokenizer().chatTemplate());
      for (String prompt : List.of("A cat is", "The red")) {
        assertThat(written(base, prompt)).isEqualTo(written(wanted, prompt));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"q4_0, INT4", "q8_0, INT8", "q4_0, BF16", "f16, INT4"})
  void itIsKeptInFewerBits(String kind, BasePrecision precision) {
    Path gguf = Golden.file("gguf/tiny-llama-" + kind + ".gguf", temporary);
    try (TextBase base = TextBase.open(gguf.toString(), precision, FetchListener.SILENT)) {
      assertThat(base.precision()).isEqualTo(precision);
      assertThat(written(base, "A cat is")).isNotEmpty();
    }
  }

  @Test
  void itsDigestIsThatOfTheFile() {
    Path gguf = Golden.file("gguf/tiny-llama-q4_0.gguf", temporary);
    try (TextBase base = open(gguf)) {
      assertThat(base.digest()).hasSize(64);
      assertThat(Bases.config(gguf.toString()).isDecoder()).isTrue();
      assertThat(Bases.mostTokens(gguf.toString())).isEqualTo(128);
    }
  }

  /** Bytes of a file, with a text in it replaced by one of the same length. */
  private Path changed(String from, String to) throws IOException {
    Path gguf = Golden.file("gguf/tiny-llama-q8_0.gguf", temporary);
    String bytes = Files.readString(gguf, StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains(from);
    Files.writeString(gguf, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
    return gguf;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama.block_count | llama.block_counx | llama.block_count must be a whole number, got none
          blk.1.ffn_up.weight | blk.1.ffn_xx.weight | 'blk.1.ffn_xx.weight' is no tensor of llama
          GGUF | GGML | must be a GGUF file, which begins with GGUF, and does not
          tokenizer.ggml.pre | tokenizer.ggml.prx | NONE
          """)
  void aDamagedFileIsOneSentence(String from, String to, String sentence) throws IOException {
    Path gguf = changed(from, to);
    if (sentence.equals("NONE")) {
      try (TextBase base = open(gguf)) {
        assertThat(base.tokenizer().prompt("A cat is")).hasSize(5);
      }
      return;
    }
    assertThatThrownBy(() -> open(gguf))
        .isInstanceOf(UserError.class)
        .hasMessage(gguf + ": " + sentence);
  }

  @Test
  void anArchitectureThatIsNotKnownIsNamed() throws IOException {
    Path gguf =
        changed(
            "general.architecture\u0008\0\0\0\u0005\0\0\0\0\0\0\0llama",
            "general.architecture\u0008\0\0\0\u0005\0\0\0\0\0\0\0mamba");
    assertThatThrownBy(() -> open(gguf))
        .hasMessage(
            gguf
                + ": general.architecture must be one of [gpt2, llama, qwen2, qwen3] for a base,"
                + " got 'mamba'");
  }

  @Test
  void aFileThatIsCutOffOrClaimsTooMuchIsRefusedBeforeAnythingIsAllocated() throws IOException {
    Path gguf = Golden.file("gguf/tiny-llama-q8_0.gguf", temporary);
    byte[] bytes = Files.readAllBytes(gguf);
    Files.write(gguf, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> open(gguf)).hasMessageContaining(": ends inside tensor '");
    ByteBuffer huge = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    huge.putLong(8, 1L << 40);
    Files.write(gguf, huge.array());
    assertThatThrownBy(() -> open(gguf)).hasMessageContaining("number of tensors must be at most");
  }

  @Test
  void aTypeThatIsNotKnownIsNamed() throws IOException {
    Path gguf = Golden.file("gguf/tiny-llama-q8_0.gguf", temporary);
    byte[] bytes = Files.readAllBytes(gguf);
    byte[] name = "token_embd.weight".getBytes(StandardCharsets.US_ASCII);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("token_embd.weight");
    // Behind the name: how many dimensions, two of them, the type.
    bytes[at + name.length + 4 + 16] = 13;
    Files.write(gguf, bytes);
    assertThatThrownBy(() -> open(gguf))
        .hasMessage(
            gguf
                + ": type of 'token_embd.weight' must be one of F32, F16, BF16, Q8_0, Q4_0, Q4_K,"
                + " Q6_K, got Q5_K");
  }
}
