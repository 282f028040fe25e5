package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.core.weights.SafetensorsHeader;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.Golden;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  static Stream<String> goldenModels() {
    return Stream.of(
        "bert-classification",
        "bert-regression",
        "bert-mlm",
        "roberta-classification",
        "roberta-mlm");
  }

  @ParameterizedTest
  @MethodSource("goldenModels")
  void readsEveryTensorOfAFileThatPythonWrote(String model) {
    Path golden = Golden.copy("models/" + model, folder);
    try (Scope scope = Scope.open();
        SafetensorsFile file = SafetensorsFile.open(golden.resolve("model.safetensors"))) {
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.names()).hasSizeGreaterThan(30);
      for (String name : file.names()) {
        Tensor tensor = file.load(name);
        assertThat(tensor.shape()).as(name).isEqualTo(file.shape(name));
        assertThat(tensor.dtype()).as(name).isEqualTo(DType.F32);
        assertThat(tensor.isFinite()).as(name).isTrue();
      }
    }
  }

  @Test
  void rewritesAFileThatPythonWroteWithTheSameTensors() throws Exception {
    Path golden = Golden.copy("models/bert-mlm", folder).resolve("model.safetensors");
    Path written = folder.resolve("again.safetensors");
    try (Scope scope = Scope.open();
        SafetensorsFile file = SafetensorsFile.open(golden)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      file.names().forEach(name -> tensors.put(name, file.load(name)));
      SafetensorsWriter.write(written, tensors, file.metadata());
      try (SafetensorsFile again = SafetensorsFile.open(written)) {
        assertThat(again.names()).isEqualTo(file.names());
        for (String name : file.names()) {
          assertThat(again.load(name).equalTo(file.load(name))).as(name).isTrue();
        }
      }
    }
    assertThat(Files.size(written)).isBetween(Files.size(golden) - 8, Files.size(golden) + 8);
  }

  @Test
  void keepsEveryTypeAndShape() throws Exception {
    Path file = folder.resolve("all.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (DType dtype : SafetensorsHeader.TYPES) {
        tensors.put("scalar." + dtype, Tensors.full(1, dtype));
        tensors.put("empty." + dtype, Tensors.zeros(dtype, 3, 0));
        tensors.put("matrix." + dtype, Tensors.of(new float[] {1, 0, 0, 1, 1, 0}, 2, 3).to(dtype));
      }
      tensors.put("transposed ü\n\"", Tensors.of(new long[] {1, 2, 3, 4, 5, 6}, 2, 3).t());
      SafetensorsWriter.write(file, tensors, Map.of("a", "ö", "b", ""));
      byte[] first = Files.readAllBytes(file);
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        assertThat(read.metadata()).isEqualTo(Map.of("a", "ö", "b", ""));
        assertThat(read.names()).isEqualTo(tensors.keySet());
        tensors.forEach(
            (name, tensor) ->
                assertThat(read.load(name).equalTo(tensor)).as(name + " " + tensor).isTrue());
      }
      Map<String, Tensor> otherOrder = new LinkedHashMap<>();
      tensors.keySet().stream().sorted().forEach(n -> otherOrder.put(n, tensors.get(n)));
      SafetensorsWriter.write(file, otherOrder, Map.of("b", "", "a", "ö"));
      assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }
  }

  @Test
  void writesAFileWithoutTensors() {
    Path file = folder.resolve("none.safetensors");
    SafetensorsWriter.write(file, Map.of(), Map.of());
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.names()).isEmpty();
      assertThat(read.metadata()).isEmpty();
    }
  }

  @Test
  void namesAMissingTensor() {
    Path file = RawSafetensors.write(folder, "{}", 0);
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.contains("a.weight")).isFalse();
      assertThatThrownBy(() -> read.load("a.weight"))
          .isInstanceOf(UserError.class)
          .hasMessage(file + ": holds no tensor 'a.weight'");
    }
  }

  @Test
  void noticesAFileThatShrinksAfterItWasOpened() throws Exception {
    String header = "{\"a\": {\"dtype\": \"U8\", \"shape\": [8], \"data_offsets\": [0, 8]}}";
    Path file = RawSafetensors.write(folder, header, 8);
    try (Scope scope = Scope.open();
        SafetensorsFile read = SafetensorsFile.open(file)) {
      try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
        channel.truncate(Files.size(file) - 1);
      }
      assertThatThrownBy(() -> read.load("a"))
          .isInstanceOf(UserError.class)
          .hasMessage(file + ": ends inside tensor 'a'");
    }
  }

  @Test
  void refusesWhatIsNotAFile() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + ": is a folder, must be a file");
    Path missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(UserError.class)
        .hasMessage(missing + ": does not exist");
  }

  @Test
  void refusesAFileTooShortForItsHeader() {
    assertRefused(new byte[7], "is no safetensors file, it is only 7 bytes long");
    assertRefused(
        RawSafetensors.bytes(Long.MAX_VALUE, new byte[0], 0),
        "is no safetensors file, its header must be at most 100000000 bytes long,"
            + " got 9223372036854775807");
    assertRefused(
        RawSafetensors.bytes(-1, new byte[0], 0),
        "is no safetensors file, its header must be at most 100000000 bytes long,"
            + " got 18446744073709551615");
    assertRefused(
        RawSafetensors.bytes(100_000_000, new byte[2], 0),
        "is cut off, its header is 100000000 bytes long, the whole file 10");
    assertRefused(
        RawSafetensors.bytes(0, new byte[0], 0),
        "is no safetensors file, its header must begin with '{'");
    assertRefused(
        RawSafetensors.bytes(2, " {".getBytes(StandardCharsets.UTF_8), 0),
        "is no safetensors file, its header must begin with '{'");
    assertRefused(
        RawSafetensors.bytes(3, new byte[] {'{', (byte) 0xC3, '}'}, 0), "the header is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
    {'a': []} | tensor 'a' must be an object
    {'a': 1} | tensor 'a' must be an object
    {'a': {}} | tensor 'a' must have dtype, shape and two data_offsets
    {'a': {'dtype': 'U8', 'shape': [4], 'data_offsets': [0]}} | tensor 'a' must have dtype, shape and two data_offsets
    {'a': {'dtype': 8, 'shape': [4], 'data_offsets': [0, 4]}} | tensor 'a' must have a string as dtype
    {'a': {'dtype': 'U9', 'shape': [4], 'data_offsets': [0, 4]}} | tensor 'a' must have one of the types [F32, F16, BF16, F64, I64, I32, U8, BOOL], got U9
    {'a': {'dtype': 'U8', 'shape': 4, 'data_offsets': [0, 4]}} | tensor 'a' must have a shape, an array of numbers
    {'a': {'dtype': 'U8', 'shape': [4.0], 'data_offsets': [0, 4]}} | tensor 'a' must have a shape of whole numbers from 0 to 9223372036854775807, got 4.0
    {'a': {'dtype': 'U8', 'shape': [-4], 'data_offsets': [0, 4]}} | tensor 'a' must have a shape of whole numbers from 0 to 9223372036854775807, got -4
    {'a': {'dtype': 'U8', 'shape': [18446744073709551620], 'data_offsets': [0, 4]}} | tensor 'a' must have a shape of whole numbers from 0 to 9223372036854775807, got 18446744073709551620
    {'a': {'dtype': 'U8', 'shape': [4], 'data_offsets': [0, 4, 4]}} | tensor 'a' must have data_offsets of at most 2 numbers, has more
    {'a': {'dtype': 'U8', 'shape': [4], 'data_offsets': [0, 4], 'x': 1}} | tensor 'a' has an unknown key 'x'
    {'a': {'dtype': 'U8', 'shape': [5], 'data_offsets': [0, 5]}} | tensor 'a' lies at 0 to 5 of a buffer of 4 bytes
    {'a': {'dtype': 'U8', 'shape': [4], 'data_offsets': [4, 0]}} | tensor 'a' lies at 4 to 0 of a buffer of 4 bytes
    {'a': {'dtype': 'U8', 'shape': [3], 'data_offsets': [0, 4]}} | tensor 'a' is U8[3], 3 bytes, but has 4
    {'a': {'dtype': 'F32', 'shape': [4294967296, 4294967296], 'data_offsets': [0, 0]}} | tensor 'a' is F32[4294967296, 4294967296], more bytes than can be counted, but has 0
    {'a': {'dtype': 'F32', 'shape': [4294967296, 0, 4294967296], 'data_offsets': [0, 0]}} | tensor 'a' is F32[4294967296, 0, 4294967296], more bytes than can be counted, but has 0
    {'a': {'dtype': 'U8', 'shape': [3], 'data_offsets': [0, 3]}, 'b': {'dtype': 'U8', 'shape': [2], 'data_offsets': [2, 4]}} | tensor 'b' overlaps another
    {'a': {'dtype': 'U8', 'shape': [1], 'data_offsets': [0, 1]}, 'b': {'dtype': 'U8', 'shape': [2], 'data_offsets': [2, 4]}} | tensor 'b' leaves a hole before it
    {'a': {'dtype': 'U8', 'shape': [3], 'data_offsets': [0, 3]}} | has 1 bytes that belong to no tensor
    {'a': {'dtype': 'U8', 'shape': [3], 'dtype': 'U8'}} | the header is not valid JSON: Duplicate field 'dtype'
    {'__metadata__': [], 'a': 0} | __metadata__ must be an object of strings
    {'__metadata__': {'a': 1}} | __metadata__ must be an object of strings
    {'a': {'dtype': 'U8', 'shape': [4], 'data_offsets': [0, 4]}} {} | the header must be one JSON object, more follows it
    """,
      quoteCharacter = '`')
  void refusesADamagedHeaderInOneSentence(String header, String message) {
    Path file = RawSafetensors.write(folder, header.replace('\'', '"'), 4);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void refusesAHeaderOfTooManyEntries() {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i <= 1_000_000; i++) {
      header.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    Path file = RawSafetensors.write(folder, header.append("}}").toString(), 0);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": the header must have at most 1000000 entries, has more");
  }

  private void assertRefused(byte[] content, String message) {
    Path file = RawSafetensors.write(folder, content);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }
}
