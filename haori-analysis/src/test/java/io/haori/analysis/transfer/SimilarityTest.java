package io.haori.analysis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.report.GroupChart;
import io.haori.analysis.report.Page;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What can be known of domains before they are learnt together. */
class SimilarityTest {
  private static double[][] cloud(int rows, double centre, long seed) {
    Random random = new Random(seed);
    double[][] cloud = new double[rows][20];
    for (double[] row : cloud) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextGaussian() + (i < 2 ? centre : 0);
      }
    }
    return cloud;
  }

  @Test
  void domainsThatCannotBeDistinguishedAreClose() {
    double[][] one = cloud(150, 0, 1);
    double[][] other = cloud(150, 0, 2);
    assertThat(CorpusDistance.proxyA(one, other, 1)).isLessThan(0.35);
    assertThat(CorpusDistance.meanDiscrepancy(one, other)).isLessThan(0.06);
  }

  @Test
  void domainsThatLieFarApartAreFar() {
    double[][] one = cloud(150, 0, 1);
    double[][] other = cloud(120, 4, 2);
    assertThat(CorpusDistance.proxyA(one, other, 1)).isGreaterThan(1.9);
    assertThat(CorpusDistance.meanDiscrepancy(one, other)).isGreaterThan(0.4);
  }

  @Test
  void discrepancyGrowsWithDistanceAndDoesNotDependOnTheOrder() {
    double[][] one = cloud(80, 0, 1);
    double before = -1;
    for (double centre : new double[] {0, 0.7, 1.5, 3}) {
      double[][] other = cloud(90, centre, 2);
      double distance = CorpusDistance.meanDiscrepancy(one, other);
      assertThat(distance).isGreaterThan(before);
      assertThat(CorpusDistance.meanDiscrepancy(other, one)).isCloseTo(distance, within(1e-9));
      before = distance;
    }
  }

  @Test
  void theDiscrepancyOfAFewPointsIsThatOfItsFormula() {
    double[][] one = {{0}, {1}};
    double[][] other = {{0}, {3}};
    // Squared distances 1, 0, 1, 9, 4, 9: the median (upper) is 4.
    double within = Math.exp(-1 / 4.0) + Math.exp(-9 / 4.0);
    double between =
        (Math.exp(0) + Math.exp(-9 / 4.0) + Math.exp(-1 / 4.0) + Math.exp(-4 / 4.0)) / 4;
    double wanted = Math.sqrt(Math.max(0, within - 2 * between));
    assertThat(CorpusDistance.meanDiscrepancy(one, other)).isCloseTo(wanted, within(1e-12));
  }

  @Test
  void theCheapestPredictorThatPredictsWellIsChosen() {
    double[][] gains = {{0, 1, 2}, {3, 0, 4}, {5, 6, 0}};
    double[][] same = {{9, 1, 2}, {3, 9, 4}, {5, 6, 9}};
    double[][] turned = {{9, -1, -2}, {-3, 9, -4}, {-5, -6, 9}};
    Predictor slow = new Predictor("slow", 10, same);
    Predictor fast = new Predictor("fast", 1, same);
    Predictor wrong = new Predictor("wrong", 0.1, turned);

    assertThat(fast.correlation(gains)).isCloseTo(1, within(1e-12));
    assertThat(wrong.correlation(gains)).isCloseTo(-1, within(1e-12));
    assertThat(Predictor.cheapest(List.of(slow, wrong, fast), gains)).contains(fast);
    assertThat(Predictor.cheapest(List.of(wrong), gains)).isEmpty();
  }

  @Test
  void groupsAreDrawnWithTheirLines() {
    GroupChart chart =
        new GroupChart(
            "Groups",
            "How to read it.",
            List.of("a", "b", "c"),
            List.of(List.of(0, 2), List.of(1)),
            List.of(new GroupChart.Line(0, 1, -1, "they hurt each other")));
    String html = new Page("x").chart(chart).html();
    assertThat(html)
        .contains("\"type\":\"graph\"")
        .contains("\"source\":\"a\",\"target\":\"b\",\"tip\":\"they hurt each other\"")
        .contains("c, model 1")
        .contains("b, model 2");
  }
}
