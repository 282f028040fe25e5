package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class QuickstartReportTest {
  private static final QuickstartRow FOOD =
      QuickstartRow.of(
          "noun.food",
          new boolean[] {true, false, false, true},
          new boolean[] {true, true, true, false});

  @Test
  void aRowCountsWhoWasRight() {
    assertThat(FOOD.frozen()).isEqualTo(0.5);
    assertThat(FOOD.lora()).isEqualTo(0.75);
    assertThat(FOOD.onlyLora()).isEqualTo(2);
    assertThat(FOOD.onlyFrozen()).isEqualTo(1);
    assertThat(FOOD.forJson().toString())
        .isEqualTo("{domain=noun.food, frozen=0.5, lora=0.75, gain=0.25}");
  }

  @Test
  void theReportHoldsFindingFiguresAndHowToGoOn() {
    var report =
        new QuickstartReport(List.of(FOOD), "LoRA < head & all", 12.4, Path.of("quickstart"));

    assertThat(report.html())
        .contains("<strong>LoRA &lt; head &amp; all</strong>")
        .contains("<td>noun.food</td><td>50.0 %</td><td>75.0 %</td><td>+25.0</td>")
        .contains("The run took 12 s.")
        .contains("--adapter quickstart/adapters/noun.food-lora --input -");
  }

  @Test
  void thePictureIsWellFormedAndHasTwoBarsADomain() throws Exception {
    String svg = new QuickstartReport(List.of(FOOD, FOOD), "", 0, Path.of("x")).svg();

    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    // The ground, two of the legend, four bars.
    assertThat(picture.getElementsByTagName("rect").getLength()).isEqualTo(1 + 2 + 4);
  }
}
