package io.haori.inference.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Preprocessing;
import io.haori.model.image.ResampleFilter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FittedImagesTest {
  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

  private final Preprocessing steps =
      new Preprocessing(
          new Preprocessing.Exact(4, 6), ResampleFilter.BILINEAR, null, 1 / 255.0, HALVES, HALVES);

  @TempDir Path folder;

  /** Everything in memory, a part of it, nothing. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 5 * 72, 0})
  void givesEachRowItsPictureInAnyOrderAndAgain(long mostBytes) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(Row.ofImage(picture("a" + i + ".png", 5 + i, 7, i * 10_000), null));
    }

    try (FittedImages images = FittedImages.of(rows, steps, mostBytes)) {
      for (int turn = 0; turn < 2; turn++) {
        for (int row = rows.size() - 1; row >= 0; row--) {
          Path file = rows.get(row).image();
          assertThat(images.get(row)).isEqualTo(steps.fit(ImageFile.read(file)));
        }
      }
    }
  }

  @Test
  void reportsADamagedFile() throws IOException {
    Path text = Files.writeString(folder.resolve("b.png"), "no picture");
    List<Row> rows = List.of(Row.ofImage(picture("a.png", 5, 5, 3), null), Row.ofImage(text, null));

    try (FittedImages images = FittedImages.of(rows, steps)) {
      assertThatThrownBy(() -> images.get(1))
          .isInstanceOf(UserError.class)
          .hasMessage(text + ": must be a picture (PNG, JPEG, BMP or TIFF), is none");
    }
  }

  @Test
  void refusesTexts() {
    assertThatThrownBy(() -> FittedImages.of(List.of(new Row("a", null, null, null, 3)), steps))
        .isInstanceOf(UserError.class)
        .hasMessage("rows must be pictures for this base, got a text in line 3");
  }

  private Path picture(String name, int width, int height, int colour) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      image.setRGB(x, x % height, colour + x);
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}
