package io.haori.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class OutlierColumnsTest {
  @Test
  void columnsFarAboveTheMedianStandOut() {
    float[] sizes = new float[128];
    Arrays.fill(sizes, 1);
    sizes[5] = 4.1f;
    sizes[100] = 3.9f;
    sizes[127] = 50;

    assertThat(OutlierColumns.outliers(sizes)).containsExactly(5L, 127L);
  }

  @Test
  void noMoreThanOneColumnInSixtyFourDoes() {
    float[] sizes = new float[128];
    Arrays.fill(sizes, 1);
    sizes[5] = 10;
    sizes[6] = 30;
    sizes[7] = 20;

    assertThat(OutlierColumns.outliers(sizes)).containsExactly(6L, 7L);
  }

  @Test
  void amongEqualsNoneDoes() {
    assertThat(OutlierColumns.outliers(new float[] {1, 1, 1})).isEmpty();
    assertThat(OutlierColumns.outliers(new float[] {0, 0, 0})).isEmpty();
  }
}
