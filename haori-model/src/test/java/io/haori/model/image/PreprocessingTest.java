package io.haori.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingTest {
  @TempDir Path folder;

  static Stream<GoldenImages.Result> values() {
    return GoldenImages.of("values");
  }

  @ParameterizedTest
  @MethodSource("values")
  void makesTheValuesOfTransformersToTheLastBit(GoldenImages.Result golden) {
    String processor = golden.about().path("processor").asText();
    Preprocessing steps = Preprocessing.read(GoldenImages.path("processors/" + processor));

    Pixels fitted = steps.fit(ImageFile.read(GoldenImages.path(golden.file())));

    assertThat(List.of(3, steps.height(), steps.width())).isEqualTo(golden.shape());
    assertThat(steps.values(fitted)).isEqualTo(golden.floats());
  }

  @Test
  void aBatchIsItsPicturesOneAfterTheOther() {
    Preprocessing steps = Preprocessing.read(GoldenImages.path("processors/vit"));
    Pixels one = steps.fit(ImageFile.read(GoldenImages.path("source.png")));
    Pixels two = steps.fit(ImageFile.read(GoldenImages.path("tall.png")));

    float[] batch = steps.values(List.of(one, two));

    int half = batch.length / 2;
    assertThat(Arrays.copyOf(batch, half)).isEqualTo(steps.values(one));
    assertThat(Arrays.copyOfRange(batch, half, 2 * half)).isEqualTo(steps.values(two));
  }

  @Test
  void readsFilesOfBefore2023() {
    Preprocessing vit =
        read(
            """
            {"do_normalize": true, "do_resize": true, "feature_extractor_type": "ViTFeatureExtractor",
             "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "resample": 2, "size": 224}
            """);
    Preprocessing clip =
        read(
            """
            {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
             "feature_extractor_type": "CLIPFeatureExtractor", "resample": 3, "size": 240}
            """);

    assertThat(vit.resize()).isEqualTo(new Preprocessing.Exact(224, 224));
    assertThat(vit.crop()).isNull();
    assertThat(vit.filter()).isEqualTo(ResampleFilter.BILINEAR);
    assertThat(vit.factor()).isEqualTo(1 / 255.0);
    assertThat(clip.resize()).isEqualTo(new Preprocessing.ShortestEdge(240));
    assertThat(clip.crop()).isEqualTo(new Preprocessing.Crop(224, 224));
    assertThat(clip.mean()).containsExactly(0.48145466, 0.4578275, 0.40821073);
  }

  @Test
  void aFileWithoutAClassIsReadAsItsModelsClass() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"dinov2\"}");

    Preprocessing steps = read("{\"size\": {\"shortest_edge\": 256}}");

    assertThat(steps.crop()).isEqualTo(new Preprocessing.Crop(224, 224));
    assertThat(steps.filter()).isEqualTo(ResampleFilter.BICUBIC);
  }

  @Test
  void anotherSizeKeepsTheBorderThatIsCutOff() {
    Preprocessing deit = read("{\"image_processor_type\": \"DeiTImageProcessor\"}").at(448, 448);

    assertThat(deit.resize()).isEqualTo(new Preprocessing.Exact(512, 512));
    assertThat(deit.crop()).isEqualTo(new Preprocessing.Crop(448, 448));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "do_pad": true | must not ask for steps that are not done here, got do_pad: true; those that are done: crop_size, data_format, do_center_crop, do_convert_rgb, do_normalize, do_rescale, do_resize, image_mean, image_std, resample, rescale_factor, size
          "resample": 9 | resample must be a number from 0 to 5, got 9
          "size": {"longest_edge": 3} | size must be an object of height, shortest_edge, width, got {"longest_edge":3}
          "size": {"shortest_edge": 224} | size must be a height and a width where nothing is cropped, got shortest_edge
          "do_resize": false | size must be a height and a width where nothing is cropped, got none
          "size": 0 | size.height must be from 1 to 4096, got 0
          "size": "big" | size must be a whole number, got "big"
          "image_mean": [0.5] | image_mean must be three finite numbers, got [0.5]
          "image_std": [0.5, 0, 1] | image_std must be other than 0, got [0.5, 0.0, 1.0]
          "rescale_factor": "x" | rescale_factor must be a number, got "x"
          "do_rescale": 1 | do_rescale must be true or false, got 1
          "data_format": "channels_last" | data_format must be channels_first, got channels_last
          """)
  void refusesWhatItCannotDo(String key, String message) {
    assertThatThrownBy(() -> read("{\"image_processor_type\": \"ViTImageProcessor\", " + key + "}"))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("preprocessor_config.json") + ": " + message);
  }

  @Test
  void refusesAClassThatItDoesNotKnow() {
    assertThatThrownBy(() -> read("{\"image_processor_type\": \"SamImageProcessor\"}"))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(
            "image_processor_type must be one of [BitImageProcessor, CLIPImageProcessor,"
                + " DeiTImageProcessor, ViTImageProcessor], got \"SamImageProcessor\"");
  }

  private Preprocessing read(String json) {
    try {
      Files.writeString(folder.resolve("preprocessor_config.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Preprocessing.read(folder);
  }
}
