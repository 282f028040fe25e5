package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Advice before anything is trained, on a spreadsheet's text and a file of costs in Shift_JIS. */
final class AdviseCommandTest {
  private static final Charset SHIFT_JIS = Charset.forName("windows-31j");
  private static final String COSTS =
      """
      currency: JPY
      volume: {low: 800, high: 1200}   # 月の件数
      today: {right: 0.8, cost: 100 JPY}
      wrong: {usual: 500, 漏れ: 900}
      setup: 100,000
      running: 5000
      """;

  @TempDir Path temporary;
  private String base;
  private Path file;
  private Path costs;

  @BeforeEach
  void make() throws IOException {
    base = TinyBase.folder(temporary).toString();
    file = temporary.resolve("orders.csv");
    List<String> lines = new ArrayList<>(List.of("内容,分類"));
    for (int i = 0; i < 40; i++) {
      String noise = "word" + (char) ('b' + i % 2) + (char) ('c' + i % 20);
      lines.add("wordai %s,漏れ".formatted(noise));
      lines.add("wordaj %s,摩耗".formatted(noise));
    }
    Files.write(file, lines, SHIFT_JIS);
    costs = Files.writeString(temporary.resolve("costs.yaml"), COSTS, SHIFT_JIS);
  }

  private Cli advise(Path data, String... more) {
    List<String> all = new ArrayList<>(List.of("advise", "--data", data.toString()));
    all.addAll(List.of("--text-column", "内容", "--label-column", "分類", "--base", base));
    all.addAll(List.of("--precision", "fp32", "--threads", "1"));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void theFirstLineSaysWhatFollowsAndThePlanHasAllFigures() throws IOException {
    Path plan = temporary.resolve("plan");
    Cli run = advise(file, "--costs", costs.toString(), "--out", plan.toString());
    assertThat(run.code()).as(run.err()).isZero();
    // Today a text costs 100 and, one time in five, 700 on average: 240,000 a month in all.
    assertThat(run.out()).startsWith("Go on: it pays for itself after 0.");
    assertThat(run.out())
        .containsPattern("most frequent label +(漏れ|摩耗) \\(34\\)")
        .containsPattern("Latin letters +100 %")
        .containsPattern("lora +\\d+\\.\\d s +");
    assertThat(run.out())
        .contains("68 rows that were held out", "50 more", "First: haori tune --data " + file)
        .contains("saved, a month", "volume", "accuracy");
    JsonNode json = new ObjectMapper().readTree(plan.resolve("plan.json").toFile());
    assertThat(json.path("verdict").asText()).isEqualTo("go-on");
    assertThat(json.at("/payback/todayMonthly/median").asDouble()).isBetween(220_000.0, 260_000.0);
    assertThat(json.at("/payback/monthly/median").asDouble()).isPositive();
    assertThat(json.at("/payback/once/median").asDouble()).isEqualTo(100_000);
    assertThat(json.at("/accuracy/estimate").asDouble()).isGreaterThan(0.8);
    assertThat(json.at("/curve").size()).isEqualTo(4);
    assertThat(json.at("/estimates").findValuesAsText("method"))
        .containsExactlyElementsOf(MethodCatalogue.names());
    assertThat(json.at("/writing/0/script").asText()).isEqualTo("LATIN");
    assertThat(plan.resolve("plan.html"))
        .content()
        .contains("<strong>Go on: it pays", "saved, a month", "Where it is wrong", "漏れ");
    // What is there is not replaced, unless that is wanted.
    Cli again = advise(file, "--out", plan.toString());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("--force replaces what Haori wrote there");
    assertThat(advise(file, "--out", plan.toString(), "--force", "--quiet").code()).isZero();
    json = new ObjectMapper().readTree(plan.resolve("plan.json").toFile());
    assertThat(json.get("verdict").isNull()).isTrue();
  }

  @Test
  void textsWithoutLabelsAreLookedAt() throws IOException {
    Path alike = temporary.resolve("alike.txt");
    Path other = temporary.resolve("other.txt");
    List<String> near = new ArrayList<>();
    List<String> far = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      near.add(
          (i % 2 == 0 ? "wordai" : "wordaj")
              + " word"
              + (char) ('b' + i % 2)
              + (char) ('c' + i % 20));
      far.add("wordzz wordyy wordxx word" + (char) ('p' + i % 3) + (char) ('c' + i % 20));
    }
    Files.write(alike, near);
    Files.write(other, far);
    Path plan = temporary.resolve("plan");

    Cli run =
        advise(file, "--corpus", alike.toString(), other.toString(), "--out", plan.toString());

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode corpora =
        new ObjectMapper().readTree(plan.resolve("plan.json").toFile()).path("corpora");
    assertThat(corpora.findValuesAsText("name")).containsExactly("alike.txt", "other.txt");
    assertThat(corpora.get(0).path("texts").asInt()).isEqualTo(60);
    assertThat(corpora.get(0).path("tokens").asInt()).isPositive();
    assertThat(corpora.get(0).path("distance").asDouble())
        .isLessThan(corpora.get(1).path("distance").asDouble() - 0.5);
    assertThat(run.out()).contains("alike.txt", "distance from the rows");
    Cli missing = advise(file, "--corpus", temporary.resolve("none.txt").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("none.txt: cannot be read (no such file)");
  }

  @Test
  void modulesOfARegistryThatAnswerTheRowsAreNamedAndStartedFrom() throws IOException {
    String registry = temporary.resolve("reg").toString();
    for (String name : List.of("orders", "upside-down")) {
      Path rows = temporary.resolve(name + ".csv");
      List<String> lines =
          Files.readAllLines(file, SHIFT_JIS).stream()
              .map(
                  line ->
                      name.equals("orders")
                          ? line
                          : line.replace("漏れ", "x").replace("摩耗", "漏れ").replace("x", "摩耗"))
              .toList();
      Files.write(rows, lines, SHIFT_JIS);
      Cli tuned =
          Cli.run(
              "tune",
              "--data",
              rows.toString(),
              "--text-column",
              "内容",
              "--label-column",
              "分類",
              "--base",
              base,
              "--method",
              "frozen",
              "--precision",
              "fp32",
              "--threads",
              "1",
              "--name",
              name,
              "--registry",
              registry);
      assertThat(tuned.code()).as(tuned.err()).isZero();
    }
    Cli run = advise(file, "--registry", registry);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("nearest module", "First: haori tune --data " + file + " --from reg:orders@1");
    JsonNode json =
        new ObjectMapper().readTree(advise(file, "--registry", registry, "--json").out());
    assertThat(json.at("/nearest/0/module").asText()).isEqualTo("orders@1");
    assertThat(json.at("/nearest/0/right").asDouble()).isGreaterThan(0.9);
    assertThat(json.at("/nearest/1/right").asDouble()).isLessThan(0.1);
    assertThat(json.at("/first/method").asText()).isEqualTo("from");
    assertThat(json.has("rule")).isTrue();
    assertThat(advise(file, "--registry", temporary.resolve("none").toString()).err())
        .contains("none: no registry is there");
  }

  @Test
  void whatCostsMoreThanItSavesIsStopped() throws IOException {
    Files.writeString(costs, COSTS.replace("5000", "5000000"), SHIFT_JIS);
    Cli run = advise(file, "--costs", costs.toString(), "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("verdict").asText()).isEqualTo("stop");
    assertThat(json.at("/payback/months/median").isNull()).isTrue();
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    Files.writeString(costs, COSTS.replace("漏れ", "もれ"), SHIFT_JIS);
    assertThat(advise(file, "--costs", costs.toString()).err())
        .contains("wrong.もれ must be a label of the data (摩耗, 漏れ), got もれ");
    Files.writeString(costs, COSTS.replace("running: 5000", "running: -1"), SHIFT_JIS);
    assertThat(advise(file, "--costs", costs.toString()).err())
        .contains("costs.yaml: running must be at least 0, got -1");
    Files.writeString(costs, "currency: [JPY", SHIFT_JIS);
    assertThat(advise(file, "--costs", costs.toString()).err())
        .contains("costs.yaml:1: is no YAML");
    assertThat(advise(file, "--costs", "none.yaml").err())
        .contains("none.yaml: must be a file of costs, found none");
    Path few = temporary.resolve("few.csv");
    Files.write(few, Files.readAllLines(file, SHIFT_JIS).subList(0, 13), SHIFT_JIS);
    Cli run = advise(few);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("--data must be at least 20 labelled rows besides those for the test, got ");
    Path one = temporary.resolve("one.csv");
    List<String> same =
        Files.readAllLines(file, SHIFT_JIS).stream().map(line -> line.replace("摩耗", "漏れ")).toList();
    Files.write(one, same, SHIFT_JIS);
    assertThat(advise(one).err())
        .contains("must have at least two different labels, got only \"漏れ\"");
  }
}
