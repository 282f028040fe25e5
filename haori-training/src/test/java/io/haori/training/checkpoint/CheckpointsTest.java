package io.haori.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointsTest {
  private static final Progress PROGRESS =
      new Progress(
          12,
          3,
          4,
          1 / 3.0,
          5_000_000_000L,
          0.1 + 0.2,
          Math.PI,
          2,
          List.of(
              new EpochResult(1, 0.1, Map.of("f1", Double.NaN)),
              new EpochResult(2, 1e-17, Map.of("f1", Double.NEGATIVE_INFINITY))));

  private static final Progress UNSCORED = new Progress(12, 1, 4, 0.5, 9, 1, 1, 0, List.of());

  private final Scope scope = Scope.open();
  private final Parameter parameter =
      new Parameter("a", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
  private final AdamW optimizer =
      new AdamW(AdamWConfig.DEFAULT, List.of(ParameterGroup.of("all", List.of(parameter))));
  private final Tensor best = optimizer.values().mul(2);

  @TempDir Path temporary;
  private Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void chooseThePlace() {
    folder = temporary.resolve("checkpoint");
    checkpoints = new Checkpoints(folder, RunSettings.NONE.and(Map.of("lora.rank", "8")));
  }

  @AfterEach
  void freeAll() {
    optimizer.close();
    parameter.close();
    scope.close();
  }

  private void moveOn() {
    parameter.accumulate(Tensors.of(new float[] {1, -2, 3, -4, 5, -6}, 2, 3));
    optimizer.step(0.01);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everyBitComesBack() {
    moveOn();
    byte[] values = optimizer.values().toBytes();
    byte[] first = optimizer.firstMoments().toBytes();
    byte[] second = optimizer.secondMoments().toBytes();
    checkpoints.write(PROGRESS, optimizer, best);
    moveOn();
    Checkpoints.Loaded loaded = checkpoints.load(optimizer).orElseThrow();
    assertThat(loaded.progress()).isEqualTo(PROGRESS);
    assertThat(loaded.best().equalTo(best)).isTrue();
    loaded.best().close();
    assertThat(optimizer.steps()).isEqualTo(12);
    assertThat(optimizer.values().toBytes()).isEqualTo(values);
    assertThat(optimizer.firstMoments().toBytes()).isEqualTo(first);
    assertThat(optimizer.secondMoments().toBytes()).isEqualTo(second);
    assertThat(parameter.value().toBytes()).startsWith(Arrays.copyOf(values, 24));
    assertThat(parameter.gradient().toFloats()).containsOnly(0f);
  }

  @Test
  void nothingIsLoadedWhereNothingIs() {
    assertThat(checkpoints.exists()).isFalse();
    assertThat(checkpoints.load(optimizer)).isEmpty();
    checkpoints.delete();
  }

  @Test
  void theBestEpochIsWrittenOnceAndOldFilesAreRemoved() throws IOException {
    checkpoints.write(PROGRESS, optimizer, best);
    assertThat(files())
        .containsExactly("best-2.safetensors", "checkpoint.json", "state-12.safetensors");
    Object written = Files.getLastModifiedTime(folder.resolve("best-2.safetensors"));
    Files.createFile(folder.resolve(".state-9.safetensors.tmp-a1"));
    Files.createFile(folder.resolve("notes.txt"));
    checkpoints.write(PROGRESS, optimizer, best);
    assertThat(files())
        .containsExactly(
            "best-2.safetensors", "checkpoint.json", "notes.txt", "state-12-2.safetensors");
    assertThat(Files.getLastModifiedTime(folder.resolve("best-2.safetensors"))).isEqualTo(written);
    checkpoints.delete();
    assertThat(files()).containsExactly("notes.txt");
    Files.delete(folder.resolve("notes.txt"));
    checkpoints.write(UNSCORED, optimizer, null);
    checkpoints.delete();
    assertThat(folder).doesNotExist();
  }

  @Test
  void aWriteThatFailsLeavesTheCheckpointBefore() {
    checkpoints.write(PROGRESS, optimizer, best);
    byte[] values = optimizer.values().toBytes();
    moveOn();
    Progress later = new Progress(13, 4, 0, 0, 0, 0, 0, 3, PROGRESS.history());
    Tensor freed = best.copy();
    freed.close();
    assertThatThrownBy(() -> checkpoints.write(later, optimizer, freed))
        .isInstanceOf(RuntimeException.class);
    Checkpoints.Loaded loaded =
        new Checkpoints(folder, RunSettings.NONE.and(Map.of("lora.rank", "8")))
            .load(optimizer)
            .orElseThrow();
    assertThat(loaded.progress()).isEqualTo(PROGRESS);
    loaded.best().close();
    assertThat(optimizer.values().toBytes()).isEqualTo(values);
  }

  @Test
  void tellsWhenThePlaceCannotBeWritten() throws IOException {
    Files.createFile(folder);
    assertThatThrownBy(() -> checkpoints.write(UNSCORED, optimizer, null))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.resolve("state-12.safetensors") + ": cannot be written (");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "step" : 12            | "step" : -1                        | step must be a whole number of at least 0, got -1
          "step" : 12            | "step" : 1e9                       | step must be a whole number of at least 0, got 1.0E9
          "step" : 12            | "step" : 3000000000                | step must be at most 2147483647, got 3000000000
          "step" : 12,           | ''                                 | step is missing
          "format" : 3           | "format" : 4                       | format must be 3, got 4
          "format" : 3           | "format" : 2                       | was written by an earlier version, whose runs cannot be resumed; begin the run anew
          "format" : 3           | "format" : 1                       | was written by an earlier version, whose runs cannot be resumed; begin the run anew
          "lossSum" : 0.3        | "lossSum" : true, "x" : 0.3        | lossSum must be a number, got true
          "bestEpoch" : 2        | "bestEpoch" : 3                    | bestEpoch does not fit the history, got 3
          "bestEpoch" : 2        | "bestEpoch" : 0                    | bestEpoch does not fit the history, got 0
          "epoch" : 3            | "epoch" : 4                        | epoch does not fit the history, got 4
          "lora.rank" : "8"      | "lora.rank" : 8                    | lora.rank must be a text, got 8
          state-12.safetensors   | ../state-1.safetensors             | state must name a file of this folder, got ../state-1.safetensors
          """)
  void refusesADamagedIndex(String old, String replacement, String message) throws IOException {
    checkpoints.write(PROGRESS, optimizer, best);
    Path index = folder.resolve("checkpoint.json");
    String text = Files.readString(index);
    assertThat(text).contains(old);
    Files.writeString(index, text.replace(old, replacement));
    assertThatThrownBy(() -> checkpoints.load(optimizer))
        .isInstanceOf(UserError.class)
        .hasMessage(index + ": " + message);
  }

  @Test
  void anyDamageOfTheIndexIsReportedInOneSentence() throws IOException {
    checkpoints.write(UNSCORED, optimizer, null);
    Path index = folder.resolve("checkpoint.json");
    byte[] sound = Files.readAllBytes(index);
    SplittableRandom random = new SplittableRandom(5);
    for (int length = 0; length < sound.length - 3; length += 7) {
      Files.write(index, Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> checkpoints.load(optimizer))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(index + ": ");
    }
    for (int i = 0; i < 500; i++) {
      byte[] damaged = sound.clone();
      damaged[random.nextInt(sound.length)] = (byte) random.nextInt(256);
      Files.write(index, damaged);
      try {
        checkpoints.load(optimizer);
      } catch (UserError failure) {
        assertThat(failure.getMessage()).startsWith(folder.toString()).doesNotContain("\n");
      }
    }
  }

  @Test
  void refusesDamagedTensors() throws IOException {
    checkpoints.write(PROGRESS, optimizer, best);
    byte[] before = optimizer.values().toBytes();
    Path state = folder.resolve("state-12.safetensors");
    byte[] bytes = Files.readAllBytes(state);
    Files.write(state, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> checkpoints.load(optimizer))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(state + ": ");
    Files.copy(folder.resolve("best-2.safetensors"), state, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> checkpoints.load(optimizer))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(state + ": ");
    Files.delete(state);
    assertThatThrownBy(() -> checkpoints.load(optimizer))
        .isInstanceOf(UserError.class)
        .hasMessage(state + ": does not exist");
    assertThat(optimizer.values().toBytes()).isEqualTo(before);
  }
}
