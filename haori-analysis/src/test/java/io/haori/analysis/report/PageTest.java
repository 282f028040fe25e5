package io.haori.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final String HOSTILE = "</script><script>alert('\"&')</script>";

  private static final IntervalChart CHART =
      new IntervalChart(
          HOSTILE,
          HOSTILE,
          HOSTILE,
          Figures.PERCENT,
          List.of(HOSTILE),
          List.of(
              new IntervalChart.Series(HOSTILE, List.of(new Interval(0.5, 0.4, 0.6)), List.of())),
          false);

  @Test
  void theAnswerComesFirst() {
    String html = new Page("Title").heading("Later").answer("Pick lora.").answer("Perhaps.").html();

    assertThat(html)
        .startsWith("<!doctype html>")
        .contains("<p><strong>Pick lora.</strong></p><p><span>Perhaps.</span></p></section>");
    assertThat(html.indexOf("Pick lora.")).isLessThan(html.indexOf("<h2>Later</h2>"));
  }

  @Test
  void whateverIsInATextIsShownAndNotRun() {
    String html =
        new Page(HOSTILE)
            .answer(HOSTILE)
            .heading(HOSTILE)
            .paragraph(HOSTILE)
            .command(HOSTILE)
            .list(List.of(HOSTILE))
            .table(new Grid(List.of(HOSTILE), List.of(List.of(HOSTILE))))
            .chart(CHART)
            .html();

    assertThat(html.contains("<script>alert")).isFalse();
  }

  @Test
  void columnsOfWordsAreMarked() {
    String html =
        new Page("Title")
            .table(new Grid(List.of("n", "text"), List.of(List.of("3", "pump"))))
            .html();

    assertThat(html)
        .contains("<tr><th>n</th><th class=\"words\">text</th></tr>")
        .contains("<tr><td>3</td><td class=\"words\">pump</td></tr>");
  }

  @Test
  void aChartComesBackFromThePageAsItsOption() throws Exception {
    String html = new Page("Title").chart(CHART).html();
    Matcher json =
        Pattern.compile("<script type=\"application/json\">(.*?)</script>").matcher(html);

    assertThat(json.find()).isTrue();
    JsonNode option = new ObjectMapper().readTree(json.group(1));
    assertThat(option.at("/xAxis/name").textValue()).isEqualTo(HOSTILE);
    assertThat(option).isEqualTo(new ObjectMapper().valueToTree(CHART.option()));
  }

  @Test
  void thePageHoldsAllThatItNeeds() {
    String withChart = new Page("Title").chart(CHART).html();
    String without = new Page("Title").paragraph("Words.").html();

    // The library is a megabyte: a failing assertion must not print it.
    int library = withChart.indexOf("Licensed to the Apache Software Foundation");
    assertThat(library).isPositive();
    assertThat(withChart.indexOf("echarts.init(place")).isGreaterThan(library);
    for (String html : List.of(withChart.substring(0, library), without)) {
      assertThat(html).doesNotContain(" src=", " href=", "<link", "@import", "url(");
    }
    assertThat(without).doesNotContain("<script");
  }

  @Test
  void everyFigureUnitIsKnownToTheScript() throws Exception {
    try (var in = Page.class.getResourceAsStream("report.js")) {
      String script = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(Arrays.stream(Figures.values()).map(Figures::word))
          .allSatisfy(word -> assertThat(script).contains("\n    " + word + ": v => "));
      assertThat(script).contains("\n    segment: series => ");
    }
  }

  @Test
  void aRowOfAnotherLengthIsAFaultOfOurs() {
    assertThatThrownBy(() -> new Grid(List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 2 columns");
  }
}
