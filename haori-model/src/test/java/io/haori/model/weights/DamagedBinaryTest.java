package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import io.haori.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Damaged ONNX and TensorFlow files are read or refused in one sentence with the file's name. */
class DamagedBinaryTest {
  private static Path file;
  private static Path data;

  @BeforeContainer
  static void chooseFiles() throws IOException {
    file = Files.createTempFile("damaged", ".bytes");
    data = Files.createTempFile("sound", ".data");
    Files.write(data, TensorflowWeightsTest.DATA);
  }

  @AfterContainer
  static void deleteFiles() throws IOException {
    Files.delete(file);
    Files.delete(data);
  }

  @Property(tries = 3000)
  void everyChangedByteIsReadOrRefused(
      @ForAll @Size(min = 1, max = 3) int[] places, @ForAll byte value) throws IOException {
    readsBoth(changed(OnnxWeightsTest.sound(), places, value), true);
    readsBoth(changed(TensorflowWeightsTest.sound(), places, value), false);
  }

  @Property
  void everyTruncationIsReadOrRefused(@ForAll @IntRange(min = 0, max = 300) int length)
      throws IOException {
    byte[] onnx = OnnxWeightsTest.sound();
    byte[] index = TensorflowWeightsTest.sound();
    readsBoth(Arrays.copyOf(onnx, Math.min(length, onnx.length)), true);
    readsBoth(Arrays.copyOf(index, Math.min(length, index.length)), false);
  }

  @Property
  void randomBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] content) throws IOException {
    readsBoth(content, true);
    readsBoth(content, false);
  }

  private static byte[] changed(byte[] sound, int[] places, byte value) {
    for (int place : places) {
      sound[Math.floorMod(place, sound.length)] = value;
    }
    return sound;
  }

  private static void readsBoth(byte[] content, boolean onnx) throws IOException {
    Files.write(file, content);
    Supplier<Weights> open =
        () -> onnx ? OnnxWeights.open(file) : TensorflowWeights.open(file, data);
    try (Scope scope = Scope.open();
        Weights weights = open.get()) {
      for (String name : weights.names()) {
        assertThat(weights.load(name).shape()).isEqualTo(weights.shape(name));
      }
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
    }
  }
}
