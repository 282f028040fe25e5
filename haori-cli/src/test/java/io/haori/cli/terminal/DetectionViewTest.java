package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.analysis.metrics.DetectionCurve;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DetectionViewTest {
  private static List<String> inUse(double threshold) {
    DetectionCurve curve = DetectionCurve.of(new double[] {0.9, 0.4}, new double[] {0.2});
    DetectionView view =
        new DetectionView(curve, "defect", threshold, new DetectionView.Options(), false);
    return view.grid().rows().get(0);
  }

  @Test
  void whereNothingIsReportedNoShareOfItIsRight() {
    assertThat(inUse(0.95))
        .containsExactly("in use", "0.9500", "0.0 %", "–", "0.0 %", "0.000", "20.00");
    assertThat(inUse(0.5)).startsWith("in use", "0.5000", "50.0 %", "100.0 %", "0.0 %");
  }
}
