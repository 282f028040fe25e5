package io.haori.training.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Pixels;
import io.haori.testkit.TinyVision;
import io.haori.training.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureAugmentationTest {
  private static final String ALL = "flip,crop,rotate,brightness,contrast";

  @TempDir Path folder;

  private static Augmentation of(String words) {
    return Augmentation.parse("training.augment", words);
  }

  private static List<Pixels> copies(Dataset data, long seed) {
    List<Row> rows = of(ALL).apply(data, seed).train().rows();
    int originals = data.train().rows().size();
    return rows.subList(originals, rows.size()).stream().map(row -> row.picture().read()).toList();
  }

  @Test
  void everyPictureGetsOneCopyThatTheSeedDecides() throws IOException {
    Dataset data = Dataset.read(TinyVision.data(folder, 2));

    List<Pixels> copies = copies(data, 1);

    assertThat(copies).hasSize(6).isEqualTo(copies(data, 1)).isNotEqualTo(copies(data, 2));
    for (int i = 0; i < copies.size(); i++) {
      Pixels original = data.train().rows().get(i).picture().read();
      assertThat(copies.get(i)).isNotEqualTo(original);
      assertThat(copies.get(i).height()).isEqualTo(original.height());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Alteration.class,
      names = {"CROP", "ROTATE", "BRIGHTNESS", "CONTRAST"})
  void anEvenSurfaceStaysEven(Alteration alteration) {
    byte[] grey = new byte[3 * 9 * 7];
    java.util.Arrays.fill(grey, (byte) 100);

    Pixels changed = alteration.picture(Pixels.of(9, 7, grey), new SplittableRandom(5));

    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 7; x++) {
        assertThat(changed.at(y, x, 1)).isEqualTo(changed.at(0, 0, 0)).isBetween(70, 130);
      }
    }
  }

  @Test
  void aFlipChangesLeftAndRightInAboutHalfOfThePictures() {
    Pixels picture = Pixels.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6});
    Pixels turned = Pixels.of(1, 2, new byte[] {4, 5, 6, 1, 2, 3});
    SplittableRandom random = new SplittableRandom(3);
    int flipped = 0;
    for (int i = 0; i < 100; i++) {
      Pixels one = Alteration.FLIP.picture(picture, random);
      assertThat(one).isIn(picture, turned);
      flipped += one.equals(turned) ? 1 : 0;
    }
    assertThat(flipped).isBetween(30, 70);
  }

  @Test
  void whatAltersTextsIsRefusedForPicturesAndTheOtherWayRound() throws IOException {
    Dataset pictures = Dataset.read(TinyVision.data(folder, 2));
    Dataset texts =
        Dataset.of(
                List.of(
                    Row.of("a carp", "fish"),
                    Row.of("a hen", "bird"),
                    Row.of("an eel", "fish"),
                    Row.of("a duck", "bird"),
                    Row.of("a cod", "fish"),
                    Row.of("a goose", "bird")))
            .split(1);

    assertThatThrownBy(() -> of("flip,typos").apply(pictures, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.augment must be some of flip,crop,rotate,brightness,contrast,randaugment for pictures,"
                + " got typos,flip");
    assertThatThrownBy(() -> of("crop").apply(texts, 1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.augment must be some of typos,case,abbreviations,drop,synonyms for texts,"
                + " got crop");
  }
}
