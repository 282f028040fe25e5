package io.haori.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeatMapTest {
  @TempDir Path folder;

  private final Pixels grey =
      Pixels.of(2, 2, new byte[] {80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80});

  @Test
  void lowNumbersShowThePictureAndHighOnesAreRed() {
    Pixels map = HeatMap.over(grey, new float[] {-1, 0, 1, 5}, 0, 2);

    assertThat(map.at(0, 0, 0)).isEqualTo(80);
    assertThat(map.at(0, 1, 1)).isEqualTo(80);
    // The middle is yellow, the top is red.
    assertThat(map.at(1, 0, 0)).isGreaterThan(180);
    assertThat(map.at(1, 0, 1)).isGreaterThan(180);
    assertThat(map.at(1, 1, 0)).isGreaterThan(180);
    assertThat(map.at(1, 1, 1)).isLessThan(40);
  }

  @Test
  void aWrittenPictureIsReadBack() {
    HeatMap.write(folder.resolve("a.png"), grey);

    assertThat(ImageFile.read(folder.resolve("a.png"))).isEqualTo(grey);
  }
}
