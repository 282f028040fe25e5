package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What was written is read bit by bit, and whatever else is in a file is refused in a sentence. */
class SparseSafetensorsTest {
  private static Path folder;
  private static byte[] sound;

  @BeforeContainer
  static void writeASoundFile() throws IOException {
    folder = Files.createTempDirectory("sparse");
    Path file = folder.resolve("sound.safetensors");
    try (Scope scope = Scope.open()) {
      float[] mostlyZero = new float[600];
      mostlyZero[3] = 1.5f;
      mostlyZero[520] = -2;
      SparseSafetensorsWriter.write(
          file,
          Map.of(
              "a.weight", Tensors.of(mostlyZero, 20, 30),
              "b", Tensors.of(new float[] {0, 7, 0, 0, 8}, 5)));
    }
    sound = Files.readAllBytes(file);
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

  @Property(tries = 300)
  void everyNumberIsReadAsItWasWritten(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 60) int columns,
      @ForAll @DoubleRange(max = 1) double density,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Path file = folder.resolve("round.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("z.weight", tensor(random, density, rows, columns));
      tensors.put("a:b x", tensor(random, density, columns));
      tensors.put("middle", tensor(random, density * density, 2, rows, 3));
      SparseSafetensorsWriter.write(file, tensors);
      try (Weights read = SparseSafetensors.open(file)) {
        assertThat(read.names()).isEqualTo(tensors.keySet());
        tensors.forEach(
            (name, tensor) -> {
              assertThat(read.contains(name)).isTrue();
              assertThat(read.dtype(name)).isEqualTo(DType.F32);
              assertThat(read.shape(name)).isEqualTo(tensor.shape());
              assertThat(read.load(name).equalTo(tensor)).isTrue();
            });
      }
    }
  }

  private static Tensor tensor(SplittableRandom random, double density, long... shape) {
    Tensor made = Tensors.zeros(DType.F32, shape);
    var numbers = made.buffer().asFloatBuffer();
    for (int i = 0; i < made.count(); i++) {
      numbers.put(i, random.nextDouble() < density ? (float) random.nextGaussian() : 0);
    }
    return made;
  }

  @Example
  void ninetyPercentOfZerosTakeAnEighthOfTheBytes() throws IOException {
    Path file = folder.resolve("small.safetensors");
    try (Scope scope = Scope.open()) {
      Tensor dense = tensor(new SplittableRandom(1), 0.1, 300, 300);
      SparseSafetensorsWriter.write(file, Map.of("w", dense));
      assertThat(Files.size(file)).isBetween(44_000L, dense.byteCount() / 7);
    }
  }

  @Example
  void aMissingTensorIsNamed() {
    Path file = RawSafetensors.write(folder, sound);
    try (Weights read = SparseSafetensors.open(file)) {
      assertThat(read.contains("c")).isFalse();
      assertThatThrownBy(() -> read.load("c"))
          .isInstanceOf(UserError.class)
          .hasMessage(file + ": holds no tensor 'c'");
    }
  }

  /** A file of its own layout, gaps and number of values. */
  private static Path file(String layout, int[] gaps, int values) {
    Path file = folder.resolve("made.safetensors");
    try (Scope scope = Scope.open()) {
      byte[] bytes = new byte[gaps.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) gaps[i];
      }
      SafetensorsWriter.write(
          file,
          Map.of(
              "gaps",
              Tensors.ofBytes(ByteBuffer.wrap(bytes), DType.U8, bytes.length),
              "values",
              Tensors.full(1, DType.F32, values)),
          Map.of("format", "haori-sparse-1", "layout", layout));
      return file;
    }
  }

  private static void assertRefused(Path file, String what) {
    assertThatThrownBy(() -> SparseSafetensors.open(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + what);
  }

  @Example
  void gapsThatDoNotFitAreReportedWithWhatWasExpected() {
    int[] none = {};
    assertRefused(
        file("a:300", none, 0),
        "gaps and values must fill 300 numbers but for the last 254, fill 0");
    assertRefused(
        file("a:4", new int[] {2, 2}, 2),
        "gaps and values must fill 4 numbers but for the last 254, fill 5");
    assertRefused(file("a:9", new int[] {1}, 2), "gaps must lead to 2 values, lead to 1");
    assertRefused(file("a:9", new int[] {1, 1, 1}, 2), "gaps must lead to 2 values, lead to more");
    assertRefused(
        file("a:99", new int[] {255, 1}, 1),
        "gaps and values must fill 99 numbers but for the last 254, fill 256");
  }

  @Example
  void aLayoutThatIsNoneIsQuoted() {
    String bound = "layout must have lines like a.weight:8x384, got '";
    int[] gaps = {0};
    assertRefused(file("a", gaps, 1), bound + "a'");
    assertRefused(file(":4", gaps, 1), bound + ":4'");
    assertRefused(file("a:", gaps, 1), bound + "a:'");
    assertRefused(file("a:0", gaps, 1), bound + "a:0'");
    assertRefused(file("a:-4", gaps, 1), bound + "a:-4'");
    assertRefused(file("a:4x", gaps, 1), bound + "a:4x'");
    assertRefused(file("a:12345678901", gaps, 1), bound + "a:12345678901'");
    assertRefused(file("a:1x1x1x1x1x1x1x1x1", gaps, 1), bound + "a:1x1x1x1x1x1x1x1x1'");
    assertRefused(file("a:4\na:4", gaps, 1), "layout names 'a:4' twice");
    assertRefused(
        file("a:999999999x999999999x999999999", gaps, 1),
        "layout must have fewer than 2^31 - 1 numbers, has more");
    assertRefused(file("", gaps, 1), "layout must name the tensors, got ''");
  }

  @Example
  void anotherSafetensorsFileIsRefused() {
    Path file = folder.resolve("other.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(file, Map.of("w", Tensors.zeros(DType.F32, 2)), Map.of());
      assertRefused(file, "format must be haori-sparse-1, got nothing");
      Map<String, String> format = Map.of("format", "haori-sparse-1", "layout", "w:2");
      SafetensorsWriter.write(file, Map.of("w", Tensors.zeros(DType.F32, 2)), format);
      assertRefused(file, "must hold the tensors gaps and values alone");
      SafetensorsWriter.write(
          file,
          Map.of("gaps", Tensors.zeros(DType.I64, 2), "values", Tensors.zeros(DType.F32, 2)),
          format);
      assertRefused(file, "gaps must be a list of U8, is I64[2]");
      SafetensorsWriter.write(
          file,
          Map.of("gaps", Tensors.zeros(DType.U8, 2), "values", Tensors.zeros(DType.F32, 2, 1)),
          format);
      assertRefused(file, "values must be a list of F32, is F32[2, 1]");
    }
  }

  @Property
  void everyTruncationIsRefused(@ForAll @IntRange(min = 0, max = 500) int length) {
    boolean whole = length >= sound.length;
    assertThat(reads(Arrays.copyOf(sound, Math.min(length, sound.length)))).isEqualTo(whole);
  }

  @Property(tries = 3000)
  void everyChangedByteIsReadOrRefused(
      @ForAll @Size(min = 1, max = 4) int[] places, @ForAll byte value) {
    byte[] changed = sound.clone();
    for (int place : places) {
      changed[Math.floorMod(place, changed.length)] = value;
    }
    reads(changed);
  }

  @Property(tries = 2000)
  void everyLayoutIsReadOrRefused(
      @ForAll @Size(max = 12) byte[] layout, @ForAll @Size(max = 6) byte[] gaps) {
    int[] unsigned = new int[gaps.length];
    int values = 0;
    for (int i = 0; i < gaps.length; i++) {
      unsigned[i] = Byte.toUnsignedInt(gaps[i]);
      values += unsigned[i] == 255 ? 0 : 1;
    }
    String text = "a:" + new String(layout, StandardCharsets.ISO_8859_1);
    tryToRead(file(text, unsigned, values));
    String digits = text.replaceAll("[^a:]", String.valueOf(layout.length % 9 + 1));
    tryToRead(file(digits, unsigned, values));
  }

  /** Whether the file could be read; anything but a proper refusal fails the test. */
  private static boolean reads(byte[] content) {
    return tryToRead(RawSafetensors.write(folder, content));
  }

  private static boolean tryToRead(Path file) {
    try (Scope scope = Scope.open();
        SparseSafetensors weights = SparseSafetensors.open(file)) {
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
