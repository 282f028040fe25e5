package io.haori.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {
  private static JsonNode option(Chart chart) {
    assertThat(chart.height()).isBetween(100, 5_000);
    return new ObjectMapper().valueToTree(chart.option());
  }

  @Test
  void pointsHaveTheirIntervalsAndRuns() {
    JsonNode option =
        option(
            new IntervalChart(
                "t",
                "c",
                "accuracy",
                Figures.PERCENT,
                List.of("frozen", "lora"),
                List.of(
                    new IntervalChart.Series(
                        "accuracy",
                        Arrays.asList(new Interval(0.8, 0.75, 0.85), null),
                        List.of(new double[] {0.79, 0.81}, new double[0]))),
                false));

    JsonNode whisker = option.at("/series/0");
    assertThat(whisker.get("draw").textValue()).isEqualTo("segment");
    assertThat(whisker.at("/data/0/value").toString()).isEqualTo("[0.75,0.0,0.85,0.0]");
    assertThat(whisker.get("data")).hasSize(1);
    assertThat(option.at("/series/1/data/1/value").toString()).isEqualTo("[0.81,0.0]");
    assertThat(option.at("/series/2/data/0/value").toString()).isEqualTo("[0.8,0.0]");
    assertThat(option.at("/series/2/data/0/tip").textValue())
        .isEqualTo("frozen: 80.0 % (75.0 % to 85.0 %)");
    assertThat(option.at("/yAxis/names").toString()).isEqualTo("[\"frozen\",\"lora\"]");
  }

  @Test
  void barsOfSeveralSeriesAreBesideEachOther() {
    List<Interval> one = List.of(new Interval(0.1, 0.05, 0.15));
    JsonNode option =
        option(
            new IntervalChart(
                "t",
                "c",
                "share",
                Figures.PERCENT,
                List.of("food"),
                List.of(
                    new IntervalChart.Series("transfer", one, List.of()),
                    new IntervalChart.Series("interference", one, List.of())),
                true));

    assertThat(option.at("/series/0/data/0/value").toString()).isEqualTo("[0.0,-0.28,0.1,-0.28]");
    assertThat(option.at("/series/2/data/0/value").toString()).isEqualTo("[0.0,0.28,0.1,0.28]");
    assertThat(option.at("/legend/show").booleanValue()).isTrue();
  }

  @Test
  void aLogarithmicAxisRunsBetweenPowers() {
    JsonNode option =
        option(
            new ScatterChart(
                "t",
                "c",
                Axis.logarithmic("stored", Figures.BYTES),
                Axis.linear("accuracy", Figures.PERCENT),
                List.of(
                    new ScatterChart.Point("frozen", 10_000, new Interval(0.8, 0.7, 0.9)),
                    new ScatterChart.Point("lora", 300_000, new Interval(0.9, 0.9, 0.9)))));

    assertThat(option.at("/xAxis/type").textValue()).isEqualTo("log");
    assertThat(option.at("/xAxis/min").doubleValue()).isEqualTo(8_192);
    assertThat(option.at("/xAxis/max").doubleValue()).isEqualTo(524_288);
    assertThat(option.at("/series/0/data/0/value").toString())
        .isEqualTo("[10000.0,0.7,10000.0,0.9]");
    assertThat(option.at("/series/3/data/0/tip").textValue())
        .isEqualTo("lora: 90.0 % (90.0 % to 90.0 %) at 293.0 kB");
  }

  @Test
  void oneValueAloneStillHasAnAxis() {
    JsonNode option =
        option(
            new ScatterChart(
                "t",
                "c",
                Axis.logarithmic("time", Figures.SECONDS),
                Axis.linear("accuracy", Figures.PLAIN),
                List.of(new ScatterChart.Point("frozen", 10, new Interval(0.8, 0.7, 0.9)))));

    assertThat(option.at("/xAxis/min").doubleValue()).isCloseTo(10, within(1e-9));
    assertThat(option.at("/xAxis/max").doubleValue()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aCurveMarksThePointToStopAt() {
    JsonNode option =
        option(
            new CurveChart(
                "t",
                "c",
                Axis.logarithmic("rank", Figures.COUNT),
                Axis.linear("interference", Figures.PERCENT),
                List.of(
                    new CurveChart.Curve(
                        "food", new double[] {1, 4, 16}, new double[] {0.1, 0.05, 0.05}, 1))));

    assertThat(option.at("/series/0/data/1/symbol").textValue()).isEqualTo("diamond");
    assertThat(option.at("/series/0/data/0/symbol").isMissingNode()).isTrue();
    assertThat(option.at("/series/0/data/2/tip").textValue()).isEqualTo("food: 5.0 % at 16");
  }

  @Test
  void aHeatMapIsCentredOnNothingAndLeavesUnknownCellsOut() {
    JsonNode option =
        option(
            new HeatMap(
                "t",
                "c",
                "helps",
                "is helped",
                Figures.PERCENT,
                List.of("act", "food"),
                List.of("act", "food"),
                new double[][] {{Double.NaN, 0.05}, {-0.08, Double.NaN}},
                new boolean[][] {{false, true}, {false, false}}));

    assertThat(option.at("/visualMap/min").doubleValue()).isEqualTo(-0.08);
    assertThat(option.at("/visualMap/max").doubleValue()).isEqualTo(0.08);
    assertThat(option.at("/series/0/data")).hasSize(2);
    assertThat(option.at("/series/0/data/0/value").toString()).isEqualTo("[1,0,0.05]");
    assertThat(option.at("/series/0/data/0/label/formatter").textValue()).isEqualTo("+5.0 *");
    assertThat(option.at("/series/0/data/1/label/formatter").textValue()).isEqualTo("−8.0");
    assertThat(option.at("/series/0/data/1/tip").textValue()).isEqualTo("food, act: −8.0 points");
  }

  @Test
  void figuresAreWrittenWithTheirUnits() {
    assertThat(Figures.PERCENT.text(0.8414)).isEqualTo("84.1 %");
    assertThat(Figures.PERCENT.difference(-0.0002)).isEqualTo("0.0 points");
    assertThat(Figures.PERCENT.interval(-0.01, 0.02)).isEqualTo("−1.0 to +2.0 points");
    assertThat(Figures.PLAIN.interval(-0.01, 0.02)).isEqualTo("−0.010 to +0.020");
    assertThat(Figures.BYTES.text(1_536)).isEqualTo("1.5 kB");
    assertThat(Figures.BYTES.text(3 << 20)).isEqualTo("3.0 MB");
    assertThat(Figures.SECONDS.text(240)).isEqualTo("4.0 min");
    assertThat(Figures.COUNT.text(1_234_567)).isEqualTo("1,234,567");
    assertThat(Figures.pValue(0.00001)).isEqualTo("< 0.0001");
    assertThat(Figures.pValue(0.04999)).isEqualTo("0.0500");
  }
}
