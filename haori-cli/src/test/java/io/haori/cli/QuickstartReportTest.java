package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.report.SvgHeatMap;
import io.haori.analysis.statistics.Interval;
import io.haori.cli.language.EnglishLeft;
import io.haori.cli.quickstart.QuickstartLine;
import io.haori.cli.quickstart.QuickstartReport;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import io.haori.training.baseline.TaskFit;
import io.haori.training.mix.ModuleShares;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class QuickstartReportTest {
  private static final int ROWS = 400;

  private static TaskFit fit(String name, int right) {
    double[] predicted = new double[ROWS];
    Arrays.fill(predicted, right, ROWS, 1);
    double accuracy = (double) right / ROWS;
    return new TaskFit(
        name,
        Map.of("accuracy", 0.5),
        Map.of("accuracy", accuracy),
        Answers.CLASSES,
        new double[ROWS],
        predicted,
        1_234,
        7);
  }

  private static ModuleShares shares() {
    Map<String, double[]> byLayer = new LinkedHashMap<>();
    byLayer.put("0", new double[] {0.25, 0.75});
    byLayer.put("1", new double[] {1, 0});
    return new ModuleShares(
        List.of("a<b", "plain"),
        byLayer,
        List.of(0.6, 0.4),
        "accuracy",
        List.of(new Interval(-0.02, -0.04, -0.01), new Interval(0, -0.01, 0.01)));
  }

  private static QuickstartReport report(int frozen, int lora, int started) {
    QuickstartLine line =
        new QuickstartLine(
            "line.person",
            50,
            0.625,
            fit("head", frozen),
            fit("LoRA", lora),
            fit("mix", 220),
            fit("from the others", started),
            shares());
    return new QuickstartReport("minilm", List.of(line), 42, 60, 240, Path.of("quickstart"));
  }

  @Test
  void aGainIsReportedWithItsInterval() {
    List<String> findings = report(200, 240, 300).findings();
    assertThat(findings.get(0))
        .isEqualTo(
            "A new line with 50 labelled rows, over 1 lines: started from the modules of the other"
                + " lines it is right in 75.0 %; LoRA alone in 60.0 %, a linear head on the frozen"
                + " base in 50.0 %, a mix of the same modules in 55.0 %.");
    assertThat(findings.get(1))
        .startsWith(
            "The start from the others compared with LoRA alone: better (+15.0 points, 95 %"
                + " interval +");
    assertThat(findings.get(2))
        .matches(
            "The start from the others compared with the frozen base: better \\(\\+25\\.0 points,"
                + " 95 % interval \\+2\\d\\.\\d to \\+\\d\\d\\.\\d points\\)\\.");
    assertThat(findings.get(3))
        .isEqualTo("Modules of 400 labelled rows of the line itself are right in 62.5 %.");
    assertThat(findings.get(4)).startsWith("Modules of other lines help here: ");
  }

  @Test
  void whatTheRowsDoNotShowIsSaidInTextAndPage() {
    QuickstartReport alike = report(200, 240, 240);

    assertThat(alike.findings().get(1))
        .isEqualTo(
            "The start from the others compared with LoRA alone: no difference shown (0.0 points,"
                + " 95 % interval 0.0 to 0.0 points).");
    assertThat(alike.findings().get(4))
        .startsWith(
            "No difference shown between the start from the others and LoRA alone. Use LoRA, which"
                + " is simpler (haori tune --method lora)");
    assertThat(alike.findings())
        .allSatisfy(one -> assertThat(alike.html(Catalogue.of(Language.ENGLISH))).contains(one));
  }

  @Test
  void aStartThatIsWorseThanLoraIsAdvisedAgainstInTextAndPage() {
    QuickstartReport worse = report(200, 300, 240);

    assertThat(worse.findings().get(1))
        .matches(
            "The start from the others compared with LoRA alone: worse \\(−15\\.0 points, 95 %"
                + " interval −\\d\\d\\.\\d to −\\d\\d\\.\\d points\\)\\.");
    assertThat(worse.findings().get(4))
        .isEqualTo(
            "The start from the others is worse than LoRA alone: the lines differ too much. Use"
                + " LoRA (haori tune --method lora).");
    assertThat(worse.findings())
        .allSatisfy(one -> assertThat(worse.html(Catalogue.of(Language.ENGLISH))).contains(one));
  }

  @Test
  void thePageHoldsWhatWasGainedWhoHelpedWhatItCostAndHowToGoOn() {
    assertThat(report(200, 240, 300).html(Catalogue.of(Language.ENGLISH)))
        .contains(
            "<td class=\"words\">line.person</td><td>50.0 %</td><td>60.0 %</td><td>55.0 %</td>"
                + "<td>75.0 %</td>")
        .contains(
            "<td class=\"words\">a&lt;b</td><td>60.0 %</td><td>−2.0 points</td><td>−4.0 to −1.0"
                + " points</td>")
        .contains("The whole run took 240 s")
        .contains("--adapter quickstart/new/line.person --input -");
  }

  @Test
  void thePageIsJapaneseThroughout() {
    String html = report(200, 240, 300).html(Catalogue.of(Language.JAPANESE));

    assertThat(html).startsWith("<!doctype html>\n<html lang=\"ja\">").contains("かかった費用");
    assertThat(EnglishLeft.in(html)).isEmpty();
  }

  @Test
  void thePicturesAreWellFormed() throws Exception {
    Document bars = parsed(report(200, 240, 300).picture().svg());
    // The ground, three of the legend, three bars.
    assertThat(bars.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3 + 3);
    Document map = parsed(new SvgHeatMap(shares().modules(), shares().byLayer()).svg());
    // The ground, two modules by two layers.
    assertThat(map.getElementsByTagName("rect").getLength()).isEqualTo(1 + 4);
    assertThat(map.getDocumentElement().getTextContent())
        .contains("a<b, layer 0: 25.0 %", "plain, layer 1: 0.0 %");
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}
