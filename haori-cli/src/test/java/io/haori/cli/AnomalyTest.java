package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.Golden;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomalyTest {
  @TempDir Path folder;

  private Path base;
  private Path data;

  @BeforeEach
  void parts() throws IOException {
    base = Golden.copy("models/dinov2-classification", folder);
    Files.writeString(
        base.resolve("preprocessor_config.json"),
        """
        {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 18},
         "crop_size": {"height": 16, "width": 16}}
        """);
    data = folder.resolve("parts");
    for (int i = 0; i < 16; i++) {
      draw("train/good/" + i, i, false);
    }
    for (int i = 0; i < 4; i++) {
      draw("test/good/" + i, 100 + i, false);
      draw("test/scratch/" + i, 200 + i, true);
    }
  }

  @Test
  void fitsScoresAndEvaluates() throws IOException {
    Path model = folder.resolve("model");

    assertThat(fit(model, "--layers", "1").code()).isZero();
    String detector = model.toString();
    JsonNode evaluated =
        json("anomaly", "evaluate", "--model", detector, "--data", data.toString(), "--json");
    Path maps = folder.resolve("maps");
    String input = data.resolve("test").toString();
    JsonNode scored =
        json(
            "anomaly",
            "score",
            "--model",
            detector,
            "--input",
            input,
            "--heat-maps",
            maps.toString(),
            "--json");

    assertThat(evaluated.path("auroc").doubleValue()).isEqualTo(1);
    assertThat(evaluated.path("averagePrecision").doubleValue()).isEqualTo(1);
    assertThat(evaluated.path("pixelAuroc").doubleValue()).isGreaterThan(0.9);
    assertThat(evaluated.path("masked").intValue()).isEqualTo(4);
    assertThat(evaluated.path("thresholds").path("cost").path("recall").doubleValue()).isEqualTo(1);
    assertThat(scored.path("pictures")).hasSize(8);
    assertThat(folder.resolve("maps/scratch-0.png")).exists();
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    assertThat(fit(folder.resolve("model"), "--layers", "7").err())
        .contains("anomaly.layers must be at most 2 for this base, got [7]");
    assertThat(fit(folder.resolve("model"), "--good", "fine").err())
        .contains("--good must be one of the classes [good], got fine");
    assertThat(folder.resolve("model")).doesNotExist();
    assertThat(
            Cli.run("anomaly", "score", "--model", folder.toString(), "--input", data.toString())
                .err())
        .contains(folder + ": must be a folder of haori anomaly fit, but has no anomaly.json");
  }

  private static JsonNode json(String... arguments) throws IOException {
    return new ObjectMapper().readTree(Cli.run(arguments).out());
  }

  private Cli fit(Path out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("anomaly", "fit", "--base", base.toString(), "--data", data.toString()));
    all.addAll(List.of("--out", out.toString(), "--neighbourhood", "1"));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  /** A grey slope with noise, and perhaps a light scratch with its mask. */
  private void draw(String name, int seed, boolean scratch) throws IOException {
    Random random = new Random(seed);
    int start = 4 + random.nextInt(10);
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    BufferedImage mask = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int grey = 80 + 2 * x + random.nextInt(6);
        if (scratch && x >= start && x < start + 10 && Math.abs(x - y) < 3) {
          grey = 255;
          mask.setRGB(x, y, 0xFFFFFF);
        }
        image.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    write(image, data.resolve(name + ".png"));
    if (scratch) {
      String place = name.replace("test/", "ground_truth/") + "_mask.png";
      write(mask, data.resolve(place));
    }
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
