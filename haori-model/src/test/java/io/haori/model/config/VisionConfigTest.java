package io.haori.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code config.json} of bases that read pictures. */
class VisionConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vit-sizes             | image_size          | 18       | image_size must be a multiple of patch_size 4, got 18
          vit-sizes             | image_size          | [16, 20] | image_size must be one whole number, or two that are equal, got [16, 20]
          vit-sizes             | patch_size          | 0        | patch_size must be from 1 to 16777216, got 0
          vit-sizes             | num_channels        | 1        | num_channels must be 3, got 1
          vit-sizes             | hidden_act          | "relu"   | hidden_act must be gelu, got relu
          vit-sizes             | pooler_act          | "relu"   | pooler_act must be tanh, got relu
          vit-sizes             | num_attention_heads | 5        | hidden_size must be a multiple of num_attention_heads 5, got 32
          deit-classification   | layer_norm_eps      | 0        | layer_norm_eps must be above 0 and below 1, got 0.0
          dinov2-classification | mlp_ratio           | 0        | mlp_ratio must be from 1 to 64, got 0
          dinov2-registers      | num_register_tokens | 0        | num_register_tokens must be from 1 to 1024, got 0
          """)
  void aKeyThatCannotBeIsNamed(String base, String key, String value, String sentence)
      throws IOException {
    Path file = Golden.copy("models/" + base, temporary).resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.set(key, JSON.readTree(value));
    Files.writeString(file, json.toString());

    assertThatThrownBy(() -> FamilyCatalogue.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit-sizes", "deit-teacher", "dinov2-swiglu", "dinov2-registers"})
  void whatIsWrittenIsReadAgain(String base) {
    Path folder = Golden.copy("models/" + base, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    Path written = temporary.resolve("written.json");

    ConfigWriter.write(written, config, config.transformers().model());

    assertThat(FamilyCatalogue.read(written)).isEqualTo(config);
    assertThat(Objects.requireNonNull(config.pictures()).side()).isEqualTo(4);
  }
}
