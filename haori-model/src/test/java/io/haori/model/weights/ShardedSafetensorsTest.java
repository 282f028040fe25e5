package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardedSafetensorsTest {
  @TempDir Path folder;
  Path index;

  @BeforeEach
  void writeShards() {
    index = folder.resolve("model.safetensors.index.json");
    try (Scope scope = Scope.open()) {
      write("1.safetensors", Map.of("a", Tensors.zeros(DType.F32, 2)));
      write(
          "2.safetensors",
          Map.of("b", Tensors.full(3, DType.F16, 4), "c", Tensors.zeros(DType.I64)));
    }
  }

  @Test
  void findsEachTensorInItsFile() throws Exception {
    Files.writeString(
        index,
        """
        {"metadata": {"total_size": 8},
         "weight_map": {"b": "2.safetensors", "a": "1.safetensors"}}
        """);
    try (Scope scope = Scope.open();
        Weights weights = ShardedSafetensors.open(index)) {
      assertThat(weights.names()).containsExactly("a", "b");
      assertThat(weights.dtype("b")).isEqualTo(DType.F16);
      assertThat(weights.shape("b")).containsExactly(4);
      assertThat(weights.load("b").toFloats()).containsExactly(3, 3, 3, 3);
      assertThat(weights.contains("c")).isFalse();
      assertThatThrownBy(() -> weights.load("c"))
          .isInstanceOf(UserError.class)
          .hasMessage(index + ": holds no tensor 'c'");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
    [] | must hold a JSON object
    {} | must have a weight_map, an object of file names
    {'weight_map': {'a': '../1.safetensors'}} | weight_map must name .safetensors files of its own folder, got "../1.safetensors"
    {'weight_map': {'a': '/1.safetensors'}} | weight_map must name .safetensors files of its own folder, got "/1.safetensors"
    {'weight_map': {'a': 'pytorch_model.bin'}} | weight_map must name .safetensors files of its own folder, got "pytorch_model.bin"
    {'weight_map': {'a': 1}} | weight_map must name .safetensors files of its own folder, got 1
    {'weight_map': {'b': '1.safetensors'}} | says that tensor 'b' is in 1.safetensors, but it is not
    {'weight_map': {'a': '1.safetensors', 'a': '1.safetensors'}} | is not valid JSON: Duplicate field 'a'
    {'weight_map': {'a': '1.saf | is not valid JSON: Unexpected end-of-input: was expecting closing quote for a string value
    """)
  void refusesADamagedIndexInOneSentence(String json, String message) throws Exception {
    Files.writeString(index, json.replace('\'', '"'));
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(UserError.class)
        .hasMessage(index + ": " + message);
  }

  @Test
  void namesAMissingShard() throws Exception {
    Files.writeString(index, "{\"weight_map\": {\"a\": \"3.safetensors\"}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("3.safetensors") + ": does not exist");
  }

  private void write(String name, Map<String, Tensor> tensors) {
    SafetensorsWriter.write(folder.resolve(name), tensors, Map.of());
  }
}
