package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is in a file: it is read, or refused in one sentence that begins with its name. */
class DamagedSafetensorsTest {
  private static Path folder;
  private static byte[] sound;
  private static int bufferStart;

  @BeforeContainer
  static void writeASoundFile() throws IOException {
    folder = Files.createTempDirectory("damaged");
    Path file = folder.resolve("sound.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors =
          Map.of(
              "a.weight", Tensors.zeros(DType.F32, 2, 3),
              "a.bias", Tensors.zeros(DType.BF16, 2),
              "b", Tensors.zeros(DType.BOOL, 5));
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
    sound = Files.readAllBytes(file);
    bufferStart = sound.length - (24 + 4 + 5);
  }

  @AfterContainer
  static void deleteFiles() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Property
  void everyTruncationIsRefused(@ForAll @IntRange(min = 0, max = 400) int length) {
    boolean whole = length >= sound.length;
    assertThat(reads(Arrays.copyOf(sound, Math.min(length, sound.length)))).isEqualTo(whole);
  }

  @Property(tries = 3000)
  void everyChangedByteIsReadOrRefused(
      @ForAll @Size(min = 1, max = 4) int[] places, @ForAll byte value) {
    byte[] changed = sound.clone();
    for (int place : places) {
      changed[Math.floorMod(place, bufferStart)] = value;
    }
    reads(changed);
  }

  @Property(tries = 3000)
  void everyChangedHeaderIsReadOrRefused(
      @ForAll("fragments") String fragment, @ForAll long seed, @ForAll boolean insert) {
    Random random = new Random(seed);
    String header = new String(sound, 8, bufferStart - 8, StandardCharsets.UTF_8);
    int from = random.nextInt(header.length());
    int to = insert ? from : Math.min(header.length(), from + 1 + random.nextInt(12));
    byte[] changed =
        (header.substring(0, from) + fragment + header.substring(to))
            .getBytes(StandardCharsets.UTF_8);
    reads(RawSafetensors.bytes(changed.length, changed, sound.length - bufferStart));
  }

  @Property
  void randomBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] content) {
    reads(content);
  }

  @Property
  void randomOffsetsAreReadOrRefused(
      @ForAll long begin, @ForAll long end, @ForAll long length, @ForAll DType dtype) {
    String entry =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}}"
            .formatted(dtype, length, length, begin, end);
    byte[] header = entry.getBytes(StandardCharsets.UTF_8);
    reads(RawSafetensors.bytes(header.length, header, 16));
  }

  @Provide
  Arbitrary<String> fragments() {
    return Arbitraries.of(
        "",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "0",
        "9",
        "-1",
        "1e9",
        "null",
        "9223372036854775807",
        "\"a.weight\":",
        "\"F64\"",
        "\"F8_E5M2\"",
        "\"shape\":[2,3],",
        "\"__metadata__\":{}",
        "\\u0000",
        "[[[[[[[[",
        "\uD83D\uDE00",
        " ",
        "24,24",
        "0,24",
        "4294967296,4294967296");
  }

  /** Whether the file could be read; anything but a proper refusal fails the test. */
  private static boolean reads(byte[] content) {
    Path file = RawSafetensors.write(folder, content);
    try (Scope scope = Scope.open();
        SafetensorsFile weights = SafetensorsFile.open(file)) {
      for (String name : weights.names()) {
        assertThat(weights.load(name).shape()).isEqualTo(weights.shape(name));
      }
      return true;
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
      return false;
    }
  }
}
