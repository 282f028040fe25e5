package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.inference.task.spi.Row;
import io.haori.training.choice.LabelCurve.Point;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelCurveTest {
  @Test
  void aPowerLawIsContinued() {
    // Errors of 0.4, 0.2 and 0.1 at 10, 20 and 40 rows: 0.4 · (rows / 10)^-1.
    List<Point> points = List.of(new Point(10, 0.6), new Point(20, 0.8), new Point(40, 0.9));
    assertThat(LabelCurve.extrapolated(points, 100, 80)).isCloseTo(0.95, within(1e-9));
  }

  @Test
  void moreLabelsAreNeverSaidToHarm() {
    List<Point> points = List.of(new Point(10, 0.8), new Point(20, 0.7), new Point(40, 0.6));
    assertThat(LabelCurve.extrapolated(points, 100, 80)).isBetween(0.6, 0.8);
    List<Point> perfect = List.of(new Point(10, 1), new Point(20, 1), new Point(40, 1));
    assertThat(LabelCurve.extrapolated(perfect, 100, 80)).isCloseTo(0.995, within(1e-9));
  }

  @Test
  void moreRowsGiveMoreRightAnswersWhereNoiseIsLarge() {
    Random random = new Random(3);
    int n = 120;
    int[] classes = IntStream.range(0, n).map(row -> row % 4).toArray();
    double[][] vectors = new double[n][24];
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < 24; i++) {
        vectors[row][i] = (i == classes[row] ? 1.2 : 0) + random.nextGaussian();
      }
    }
    List<Row> rows =
        IntStream.range(0, n).mapToObj(row -> Row.of("text " + row, "c" + classes[row])).toList();
    HeldOutProbe probe =
        HeldOutProbe.of(
                rows,
                vectors,
                classes,
                List.of("c0", "c1", "c2", "c3"),
                LabelCurve.PARTS,
                1,
                1,
                done -> true)
            .orElseThrow();
    LabelCurve curve = LabelCurve.of(probe);
    assertThat(curve.points()).extracting(Point::rows).containsExactly(24, 48, 96);
    double few = curve.points().get(0).accuracy();
    double all = curve.points().get(2).accuracy();
    assertThat(few).isLessThan(all);
    assertThat(curve.withTwice()).isGreaterThan(all).isLessThan(1);
  }
}
