package io.haori.inference.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnomalyMapTest {
  @Test
  void pixelsLieBetweenThePatchesAroundThem() {
    float[] pixels = new AnomalyMap(4, new float[] {0, 4, 0, 4}, 2, 2).pixels(2, 4);

    // Smoothing is of a hundredth of a pixel here.
    assertThat(pixels).containsExactly(new float[] {0, 1, 3, 4, 0, 1, 3, 4}, within(1e-4f));
  }

  @Test
  void smoothingKeepsWhatIsEverywhereTheSame() {
    float[] pixels = new AnomalyMap(2, new float[] {2, 2, 2, 2, 2, 2}, 2, 3).pixels(448, 224);

    for (float pixel : pixels) {
      assertThat(pixel).isCloseTo(2, within(1e-5f));
    }
  }

  @Test
  void onePatchIsAPictureOfOneDistance() {
    assertThat(new AnomalyMap(3, new float[] {3}, 1, 1).pixels(2, 2)).containsOnly(3);
  }
}
