package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of a plan, of a registry and of a whole proof of concept, in both languages. */
final class ReportCommandTest {
  private static final String COSTS =
      """
      currency: JPY
      volume: {low: 800, high: 1200}
      today: {right: 0.8, cost: 100}
      wrong: {usual: 500, 漏れ: 900}
      setup: 100,000
      licences: {base: Apache-2.0, data: internal}
      """;

  @TempDir Path temporary;
  private String base;
  private Path data;
  private Path plan;

  @BeforeEach
  void make() throws IOException {
    base = TinyBase.folder(temporary).toString();
    plan = temporary.resolve("plan");
    data = temporary.resolve("orders.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 40; i++) {
      String noise = "word" + (char) ('b' + i % 7) + (char) ('c' + i % 19);
      lines.add("wordai %s,漏れ".formatted(noise));
      lines.add("wordaj %s,摩耗".formatted(noise));
    }
    Files.write(data, lines);
  }

  private void advise() throws IOException {
    Path costs = Files.writeString(temporary.resolve("costs.yaml"), COSTS);
    Cli run =
        Cli.run(
            "advise",
            "--data",
            data.toString(),
            "--costs",
            costs.toString(),
            "--base",
            base,
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--out",
            plan.toString());
    assertThat(run.code()).as(run.err()).isZero();
  }

  private Cli report(String... arguments) {
    List<String> all = new ArrayList<>(List.of("report"));
    all.addAll(List.of(arguments));
    return Cli.run(all.toArray(String[]::new));
  }

  private String html(String... arguments) throws IOException {
    Path out =
        temporary.resolve(
            "report-" + Math.floorMod(List.of(arguments).hashCode(), 1_000_000) + ".html");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--out", out.toString(), "--force"));
    Cli run = report(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return Files.readString(out);
  }

  /** Every link leads to a place of the page. */
  private static void requireWhole(String html) {
    Set<String> places = matches("id=\"([^\"]+)\"", html);
    assertThat(places).containsAll(matches("href=\"#([^\"]+)\"", html));
    assertThat(html).doesNotContain("src=\"", "http", "<script", "null", "{0}", "{1}");
  }

  private static Set<String> matches(String pattern, String text) {
    Set<String> found = new HashSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void aProofOfConceptIsAnsweredOnTheFirstPageInBothLanguages() throws IOException {
    advise();
    Cli begun =
        Cli.run(
            "poc",
            "start",
            plan.toString(),
            "--bound",
            "40",
            "--methods",
            "none",
            "--ranks",
            "8",
            "--epochs",
            "2",
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--quiet");
    assertThat(begun.code()).as(begun.err()).isZero();
    String running = html(plan.toString());
    requireWhole(running);
    assertThat(running).contains("Not known yet: 0 of 1 stages", "haori poc next (about ");
    Cli next = Cli.run("poc", "next", plan.toString(), "--threads", "1", "--quiet");
    assertThat(next.code()).as(next.err()).isZero();

    String english = html(plan.toString(), "--lang", "en");
    requireWhole(english);
    assertThat(english)
        .contains("<div class=\"verdict go-on\">Go on without a module:")
        .contains("What was tried", "What it gains", "How sure that is", "What it costs")
        .contains("What comes next", "What could go wrong", "href=\"#stage-1\"", "id=\"stage-1\"")
        .contains("poc-stage", "orders@1", "retired", "Licence of base: Apache-2.0");
    String japanese = html(plan.toString(), "--lang", "ja");
    requireWhole(japanese);
    assertThat(japanese).contains("モジュールなしで継続：", "何が問題になり得るか", "lang=\"ja\"");

    Path file = temporary.resolve("報告.pdf");
    Cli pdf = report(plan.toString(), "--lang", "ja", "--out", file.toString(), "--json");
    assertThat(pdf.code()).as(pdf.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(pdf.out());
    assertThat(json.path("verdict").asText()).isEqualTo("go-on");
    try (PDDocument document = Loader.loadPDF(file.toFile())) {
      PDFTextStripper first = new PDFTextStripper();
      first.setEndPage(1);
      assertThat(first.getText(document))
          .contains("モジュールなしで継続", "費用はいくらか", "ライセンス")
          .doesNotContain("計算方法");
      assertThat(new PDFTextStripper().getText(document)).contains("計算方法", "poc-end");
      PDPage page = document.getPage(0);
      assertThat(page.getAnnotations()).isNotEmpty();
      for (COSName name : page.getResources().getFontNames()) {
        PDFont font = page.getResources().getFont(name);
        assertThat(font.isEmbedded()).isTrue();
        assertThat(font.getName()).matches("[A-Z]{6}\\+NotoSansJP.*");
      }
    }
    // The letters that are in it, not all of the font.
    assertThat(Files.size(file)).isLessThan(400_000);

    String registry = plan.resolve("registry").toString();
    plan = temporary.resolve("again");
    advise();
    Cli again =
        Cli.run(
            "poc",
            "start",
            plan.toString(),
            "--registry",
            registry,
            "--methods",
            "none",
            "--ranks",
            "8",
            "--epochs",
            "1",
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--quiet");
    assertThat(again.code()).as(again.err()).isZero();
    String both = html("--registry", registry);
    requireWhole(both);
    assertThat(both)
        .contains("Proofs of concept of this registry", "Go on without a module:")
        .contains("<div class=\"verdict not-known\">Not known yet: 0 of 1 stages");
  }

  @Test
  void aPlanAloneSaysWhatTheFrozenBaseShows() throws IOException {
    advise();
    String html = html(plan.toString());
    requireWhole(html);
    assertThat(html).contains("Go on: as far as the frozen base shows", "haori poc start");
  }

  @Test
  void aRegistryWithoutAProofOfConceptSaysSo() throws IOException {
    String registry = temporary.resolve("reg").toString();
    Cli tuned =
        Cli.run(
            "tune",
            "--data",
            data.toString(),
            "--base",
            base,
            "--method",
            "lora",
            "--epochs",
            "1",
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--name",
            "orders",
            "--registry",
            registry);
    assertThat(tuned.code()).as(tuned.err()).isZero();
    String html = html("--registry", registry);
    requireWhole(html);
    assertThat(html)
        .contains("Not known yet: no proof of concept was run with this registry")
        .contains("href=\"#version-orders@1\"", "id=\"version-orders@1\"", "lora.rank=8");
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    String empty = temporary.resolve("empty").toString();
    assertThat(Cli.run("module", "init", "--registry", empty).code()).isZero();
    String out = temporary.resolve("r.pdf").toString();
    Cli none = report("--registry", empty, "--out", out);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .contains(
            empty
                + ": has no evaluation that a report could be made of;"
                + " haori evaluate --record adds one");
    assertThat(report("--registry", empty, "--out", "r.doc").err())
        .contains("--out must be a file .pdf or .html, got r.doc");
    assertThat(report("--registry", empty, "--out", out, "--lang", "fr").err())
        .contains("--lang must be en or ja, got fr");
    Files.writeString(Path.of(out), "mine");
    assertThat(report("--registry", empty, "--out", out).err())
        .contains("--out must be a new file, or --force replaces it, got " + out);
    assertThat(report(temporary.toString(), "--out", out, "--force").err())
        .contains("PLAN must be a folder that haori advise --out wrote");
    assertThat(Path.of(out)).hasContent("mine");
  }

  @Test
  void bothLanguagesHaveTheSameSentencesWithTheSamePlaces() throws IOException {
    for (String bundle : List.of("report/report", "proof/proof")) {
      Properties english = properties(bundle + "_en");
      Properties japanese = properties(bundle + "_ja");
      assertThat(japanese.stringPropertyNames())
          .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
      for (String key : english.stringPropertyNames()) {
        Set<String> places = new TreeSet<>(matches("(\\{\\d})", english.getProperty(key)));
        Set<String> theirs = new TreeSet<>(matches("(\\{\\d})", japanese.getProperty(key)));
        assertThat(places).as(key).containsAll(theirs);
      }
    }
  }

  private static Properties properties(String name) throws IOException {
    Properties properties = new Properties();
    try (var in = Main.class.getResourceAsStream(name + ".properties");
        var reader = new java.io.InputStreamReader(in, java.nio.charset.StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }
}
