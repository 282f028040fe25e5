package io.haori.training.data.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.haori.core.check.UserError;
import io.haori.training.data.Dataset;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSummaryTest {
  @TempDir Path folder;

  @BeforeEach
  void pictures() throws IOException {
    draw("train/a/1.png", 5, 40);
    draw("train/b/2.png", 25, 40);
    draw("validation/a/3.png", 45, 40);
    draw("validation/b/4.png", 65, 40);
    draw("test/a/5.png", 5, 80);
    draw("test/b/6.png", 65, 10);
  }

  @Test
  void countsPicturesAndTheirSizes() throws IOException {
    draw("train/a/7.png", 40, 20, 300);

    ImageSummary.ImageSplit train = ImageSummary.of(Dataset.read(folder)).splits().get(0);

    assertThat(train.pictures()).isEqualTo(3);
    assertThat(train.smallest()).isEqualTo("100 x 100");
    assertThat(train.largest()).isEqualTo("100 x 300");
  }

  @Test
  void warnsOfPicturesThatLookTheSame() throws IOException {
    draw("test/a/7.png", 25, 40);
    draw("train/a/8.bmp", 5, 40);
    draw("train/b/9.png", 5, 40);

    assertThat(ImageSummary.of(Dataset.read(folder)).warnings())
        .extracting(DataWarning::kind, DataWarning::sentence, DataWarning::examples)
        .containsExactly(
            tuple(
                "repeated",
                "2 of 4 train pictures look the same as earlier ones",
                List.of("train/a/8.bmp = train/a/1.png", "train/b/9.png = train/a/1.png")),
            tuple(
                "contradicting",
                "1 of 4 train pictures look the same as ones with another label",
                List.of("train/b/9.png = train/a/1.png")),
            tuple(
                "test-in-training",
                "1 of 3 test pictures look the same as training pictures",
                List.of("test/a/7.png = train/b/2.png")));
  }

  @Test
  void warnsOfNamesThatSayAnotherFormat() throws IOException {
    Files.move(folder.resolve("train/a/1.png"), folder.resolve("train/a/1.jpg"));

    assertThat(ImageSummary.of(Dataset.read(folder)).warnings())
        .extracting(DataWarning::sentence)
        .containsExactly("1 of 6 pictures are of another format than their names say");
  }

  @Test
  void namesAllPicturesThatCannotBeRead() throws IOException {
    for (String name : new String[] {"test/a/x.png", "test/a/y.png", "train/b/a.png"}) {
      Files.writeString(folder.resolve(name), "no picture");
    }

    String none = ": must be a picture (PNG, JPEG, BMP or TIFF), is none";
    assertThatThrownBy(() -> ImageSummary.of(Dataset.read(folder)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("train/b/a.png")
                + none
                + "; "
                + folder.resolve("test/a/x.png")
                + none
                + "; "
                + folder.resolve("test/a/y.png")
                + none);
  }

  private void draw(String name, int x, int y) throws IOException {
    draw(name, x, y, 100);
  }

  /** A square on grey. */
  private void draw(String name, int x, int y, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, 100, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, width, 100);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(x, y, 20, 15);
    graphics.dispose();
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.substring(name.lastIndexOf('.') + 1);
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("no writer of " + format);
    }
  }
}
