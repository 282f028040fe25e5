package io.haori.registry.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.registry.AdapterFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which folders become versions. */
final class FolderContentTest {
  private static final BaseIdentity BASE = new BaseIdentity("minilm", "b1");

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void write() {
    folder = AdapterFolders.write(temporary.resolve("adapter"), 1);
  }

  private void refused(String sentence) {
    assertThatThrownBy(() -> FolderContent.read(folder, null))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @Test
  void aCompleteFolderIsRead() {
    assertThat(FolderContent.read(folder, null).files()).hasSize(4);
  }

  @Test
  void checkpointsAndHiddenFilesAreLeftOut() throws IOException {
    Files.createDirectories(folder.resolve("checkpoint"));
    Files.writeString(folder.resolve("checkpoint/step"), "1");
    Files.writeString(folder.resolve(".DS_Store"), "x");

    assertThat(FolderContent.read(folder, null).files()).hasSize(4);
  }

  @Test
  void filesInFoldersAreTaken() throws IOException {
    Files.createDirectories(folder.resolve("parts"));
    Files.writeString(folder.resolve("parts/a.txt"), "x");

    assertThat(FolderContent.read(folder, null).files()).contains(Path.of("parts", "a.txt"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          adapter_model.safetensors | adapter_model.safetensors is missing
          """)
  void aMissingFileIsNamed(String file, String sentence) throws IOException {
    Files.delete(folder.resolve(file));

    refused(folder + ": " + sentence);
  }

  /** As of a method that PEFT has no form for, which leaves haori.json alone behind. */
  @Test
  void aFolderWithoutTensorsIsRefused() throws IOException {
    Files.delete(folder.resolve("adapter_config.json"));
    Files.delete(folder.resolve("adapter_model.safetensors"));
    Files.delete(folder.resolve("heads.safetensors"));

    refused(folder + ": must hold files of tensors (.safetensors), found none");
  }

  @Test
  void aMissingHeadIsReported() throws IOException {
    Files.delete(folder.resolve("heads.safetensors"));

    refused(
        folder.resolve("haori.json")
            + ": names heads, but their tensors are missing in the folder");
  }

  @Test
  void settingsAreReadAsTheyAreWritten() throws IOException {
    Path file = folder.resolve("haori.json");
    String json = Files.readString(file);
    String written =
        json.replaceFirst(
            "\"settings\"\\s*:\\s*\\{[^}]*}",
            "\"settings\": {\"lora.rank\": 8, \"lora.dropout\": 0.1, \"method\": \"lora\","
                + " \"gradientCheckpointing\": false}");
    assertThat(written).isNotEqualTo(json);
    Files.writeString(file, written);

    Origin origin = FolderContent.read(folder, null).origin();
    Map<String, Object> wanted =
        Map.of(
            "lora.rank", 8, "lora.dropout", 0.1, "method", "lora", "gradientCheckpointing", false);

    assertThat(origin.settings()).isEqualTo(wanted);
    Origin stored =
        Origin.of(origin.method(), origin.baseName(), origin.baseDigest(), origin.details());
    assertThat(stored.settings()).isEqualTo(wanted);
  }

  @Test
  void settingsOfEarlierVersionsAreTexts() throws IOException {
    try (var stream = FolderContentTest.class.getResourceAsStream("haori-settings-as-texts.json")) {
      Files.write(folder.resolve("haori.json"), Objects.requireNonNull(stream).readAllBytes());
    }

    assertThat(FolderContent.read(folder, null).origin().settings())
        .containsEntry("batch-size", "32")
        .hasEntrySatisfying(
            "method",
            text -> assertThat(text).asString().startsWith("LoraMethod[config=LoraConfig["))
        .hasEntrySatisfying(
            "loop", text -> assertThat(text).asString().startsWith("LoopConfig[epochs="));
  }

  @Test
  void aPeftFolderNeedsItsBaseAndBothFiles() throws IOException {
    Files.delete(folder.resolve("haori.json"));
    refused("base must be the base of " + folder + ", which has no haori.json, got nothing");
    Origin origin = FolderContent.read(folder, BASE).origin();
    assertThat(origin.method()).isEqualTo("lora");
    assertThat(origin.baseDigest()).isEqualTo("b1");
    assertThat(origin.codeVersion()).isEqualTo("peft 0.21.0");
    assertThat(origin.settings()).containsEntry("peft.r", "8");
    Files.delete(folder.resolve("adapter_config.json"));
    refused(folder + ": adapter_config.json is missing");
    Files.delete(folder.resolve("adapter_model.safetensors"));
    refused(
        folder
            + ": must be an adapter folder with haori.json or adapter_config.json, found neither");
  }

  @Test
  void picklesAreNeverTaken() throws IOException {
    Files.writeString(folder.resolve("adapter_model.bin"), "x");

    refused(
        folder.resolve("adapter_model.bin")
            + ": is a pickle, which is never read; convert it to safetensors");
  }

  @Test
  void damagedTensorsAreRefused() throws IOException {
    Files.writeString(folder.resolve("adapter_model.safetensors"), "no tensors here");

    assertThatThrownBy(() -> FolderContent.read(folder, null))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(folder.resolve("adapter_model.safetensors") + ": ");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void linksAreRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("passwd"), Path.of("/etc/passwd"));

    refused(folder.resolve("passwd") + ": must be a file, got a link or something else");
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    Path file = folder.resolve("haori.json");
    Files.writeString(
        file, Files.readString(file).replace("\"formatVersion\": 1", "\"formatVersion\": 9"));

    refused(file + ": formatVersion must be in [1, 1], got 9");
  }

  @Test
  void whatIsNoFolderIsReported() {
    folder = temporary.resolve("nowhere");

    refused(folder + ": must be an adapter folder, but no folder is there");
  }
}
