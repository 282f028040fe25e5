package io.haori.inference.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.analysis.calibration.ConformalSets;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.analysis.calibration.Temperature;
import io.haori.analysis.calibration.UnknownScore;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationFileTest {
  private static final int WIDTH = 5;

  @TempDir Path folder;

  private static Calibration calibration() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    float[][] vectors = new float[9][WIDTH];
    int[] classes = new int[9];
    for (int row = 0; row < vectors.length; row++) {
      classes[row] = row % 3;
      for (int i = 0; i < WIDTH; i++) {
        vectors[row][i] = random.nextFloat() + (i == classes[row] ? 2 : 0);
      }
    }
    UnknownScore distance = UnknownScore.of(vectors, classes);
    return new Calibration(
        new Temperature(1.25),
        9,
        0.2,
        0.1,
        new ConformalSets(
            ConformalSets.Kind.LAC,
            HeldOutScores.of(new double[] {.1, .3, .2, .5, .4, .6, 0, 1, .7})),
        distance,
        HeldOutScores.of(distance.scores(vectors)));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Calibration written = calibration();
    CalibrationFile.write(folder, written);

    Calibration read = CalibrationFile.read(folder).orElseThrow();

    assertThat(read.temperature()).isEqualTo(written.temperature());
    assertThat(read.rows()).isEqualTo(9);
    assertThat(read.errorBefore()).isEqualTo(0.2);
    assertThat(read.errorAfter()).isEqualTo(0.1);
    assertThat(read.sets().kind()).isEqualTo(ConformalSets.Kind.LAC);
    assertThat(read.sets().scores().sorted()).isEqualTo(written.sets().scores().sorted());
    assertThat(read.known().sorted()).isEqualTo(written.known().sorted());
    assertThat(read.distance().means()).isDeepEqualTo(written.distance().means());
    float[] vector = {1, -2, 3, 0, 1};
    assertThat(read.distance().score(vector)).isEqualTo(written.distance().score(vector));
  }

  @Test
  void aFolderWithoutOneHasNone() {
    assertThat(CalibrationFile.read(folder)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "formatVersion" : 1  | "formatVersion" : 2   | formatVersion must be 1, got 2
          "temperature" : 1.25 | "temperature" : -1    | temperature must be finite and above 0, got -1.0
          "temperature" : 1.25 | "temperature" : "hot" | temperature must be a number, got "hot"
          "errorAfter" : 0.1   | "errorAfter" : 1.5    | errorAfter must be in [0, 1], got 1.5
          "kind" : "lac"       | "kind" : "best"       | kind must be lac or aps, got "best"
          [ 0.0, 0.1,          | [ 0.2, 0.1,           | scores[1] must be in order, got 0.1
          [ 0.0, 0.1,          | [ 0.0, null,          | scores[1] must be a number, got null
          [ 0.0, 0.1,          | [ 0.1,                | scores must be 9 for 9 rows, got 8
          [ 0.0, 0.1,          | [ -1e999, 0.1,        | scores[0] must be finite, got -Infinity
          """)
  void aDamagedNumberIsNamed(String from, String to, String sentence) throws IOException {
    CalibrationFile.write(folder, calibration());
    Path file = folder.resolve("calibration.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));

    assertThatThrownBy(() -> CalibrationFile.read(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + sentence);
  }

  @Test
  void aDamagedTensorIsNamed() throws IOException {
    CalibrationFile.write(folder, calibration());
    Path file = folder.resolve("calibration.safetensors");
    try (Scope scope = Scope.open()) {
      refused("means", null, "must hold the tensor means of type F32 with 2 dimensions, got none");
      refused(
          "centre",
          Tensors.zeros(DType.F32, 1, 5),
          "must hold the tensor centre of type F32 with 1 dimension, got F32 [1, 5]");
      refused(
          "means",
          Tensors.of(new float[] {1, 2, 3, Float.NaN, 5}, 1, 5),
          "'means' must hold finite numbers, got NaN");
      refused("factors", Tensors.full(3, DType.F32, 4), "factors must be in [-1, 0], got 3.0");
      refused("factors", Tensors.zeros(DType.F32, 2), "factors must be one a direction, got 2");
      refused("means", Tensors.zeros(DType.F32, 3, 4), "means must be 5 numbers each, got 4");
    }
    Files.delete(file);
    assertThatThrownBy(() -> CalibrationFile.read(folder)).hasMessage(file + ": does not exist");
  }

  private void refused(String name, Tensor instead, String sentence) {
    UnknownScore distance = calibration().distance();
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("centre", Tensors.of(distance.centre(), WIDTH));
    tensors.put("factors", Tensors.zeros(DType.F32, 4));
    tensors.put("directions", Tensors.zeros(DType.F32, 4, WIDTH));
    tensors.put("means", Tensors.zeros(DType.F32, 3, WIDTH));
    if (instead == null) {
      tensors.remove(name);
    } else {
      tensors.put(name, instead);
    }
    Path file = folder.resolve("calibration.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    assertThatThrownBy(() -> CalibrationFile.read(folder)).hasMessage(file + ": " + sentence);
  }

  @Test
  void theCalibrationOfAnotherModelIsRefused() {
    Calibration calibration = calibration();
    DomainLabels three =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b", "c")));
    calibration.requireFits(folder, three, WIDTH);
    assertThatThrownBy(() -> calibration.requireFits(folder, three, 6))
        .hasMessage(
            folder.resolve("calibration.safetensors")
                + ": centre must be of length 6 for this adapter, got 5");
    DomainLabels two =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b")));
    assertThatThrownBy(() -> calibration.requireFits(folder, two, WIDTH))
        .hasMessage(
            folder.resolve("calibration.safetensors")
                + ": means must be of length 2 for this adapter, got 3");
    DomainLabels several =
        DomainLabels.single(
            TaskCatalogue.find("multi-label").orElseThrow(), LabelSet.of(List.of("a", "b")));
    assertThatThrownBy(() -> calibration.requireFits(folder, several, WIDTH))
        .hasMessage(
            folder.resolve("calibration.json")
                + ": must belong to one label set of classes, but the adapter is of multi-label");
  }
}
