package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file of few rows and no choice of a method, as a user begins. */
final class AutoMethodTest {
  @TempDir Path temporary;
  private String base;
  private Path file;
  private Path out;

  @BeforeEach
  void make() throws IOException {
    base = TinyBase.folder(temporary).toString();
    out = temporary.resolve("sorter");
    file = temporary.resolve("orders.csv");
    List<String> lines = new ArrayList<>(List.of("内容,分類"));
    for (int i = 0; i < 40; i++) {
      String noise = "word" + (char) ('b' + i % 2) + (char) ('c' + i % 20);
      lines.add("wordai %s,漏れ".formatted(noise));
      lines.add("wordaj %s,摩耗".formatted(noise));
    }
    Files.write(file, lines, Charset.forName("windows-31j"));
  }

  private Cli tune(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "tune",
                "--data",
                file.toString(),
                "--text-column",
                "内容",
                "--label-column",
                "分類",
                "--base",
                base,
                "--out",
                out.toString(),
                "--precision",
                "fp32",
                "--threads",
                "1"));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void withoutAnyChoiceWaysAreComparedOnAllRowsButTheTestRows() {
    Cli run = tune();
    assertThat(run.code()).as(run.err()).isZero();
    // 80 rows, 20 texts of each label twice: 15 % of the texts are for the test.
    assertThat(run.err())
        .contains("  train      68 rows, 2 labels")
        .doesNotContain("  validation ");
    assertThat(run.err())
        .contains(
            "Compares 4 ways by cross-validation on 68 rows, at most 6 fits of a module: at most"
                + " about ");
    assertThat(run.out()).contains("probe", "lora from the probe", "lora contrastive");
    assertThat(run.out())
        .contains(
            "Ways without fits are for subjects that the base's vectors do not hold; the probe"
                + " shows that they hold this one.");
    assertThat(run.out()).contains("* is fitted to all training rows. Expect about ");
    assertThat(run.out()).contains("Texts are read ", " of the held-out rows right, ");
    assertThat(run.err()).doesNotContain("through the pooler of");
    assertThat(run.out())
        .contains("The probe alone: ", " Twice as many labels would give it about ");
    assertThat(run.out()).contains(" of 12 test rows are right: ");
    Cli predicted = Cli.run("predict", "--adapter", out.toString(), "--text", "wordaj wordbd");
    assertThat(predicted.code()).as(predicted.err()).isZero();
    Cli evaluated =
        Cli.run(
            "evaluate",
            "--adapter",
            out.toString(),
            "--data",
            file.toString(),
            "--text-column",
            "内容",
            "--label-column",
            "分類");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(out.resolve("checkpoint")).doesNotExist();
    // Calibrated by the answers to held-out rows, as there are no validation rows.
    assertThat(out.resolve("calibration.json")).exists();
    Cli known =
        Cli.run("predict", "--adapter", out.toString(), "--text", "wordai", "--unknown", "0.9");
    assertThat(known.code()).as(known.err()).isZero();
    assertThat(known.out()).contains("\"unknown\":");
  }

  @Test
  void theJsonHasEveryWay() throws IOException {
    Cli run = tune("--method", "auto", "--epochs", "1", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    JsonNode ways = json.get("choice").get("ways");
    assertThat(ways).hasSize(4);
    int chosen = 0;
    for (JsonNode way : ways) {
      assertThat(way.has("accuracy")).isEqualTo(way.get("fits").asInt() > 0);
      assertThat(way.path("accuracy").asDouble()).isBetween(0.0, 1.0);
      chosen += way.get("chosen").asBoolean() ? 1 : 0;
    }
    assertThat(chosen).isEqualTo(1);
    JsonNode pooling = json.get("choice").get("pooling");
    String taken = pooling.get("taken").textValue();
    String other = taken.equals("mean") ? "cls" : "mean";
    assertThat(pooling.get(taken).doubleValue())
        .isGreaterThanOrEqualTo(pooling.get(other).doubleValue());
    assertThat(ways.get(0).get("way").textValue()).isEqualTo("probe");
    JsonNode stored = new ObjectMapper().readTree(out.resolve("haori.json").toFile());
    assertThat(stored.get("pooling").textValue()).isEqualTo(taken);
    assertThat(json.get("labelCurve").get("points")).hasSize(3);
    assertThat(json.get("choice").get("low").asDouble())
        .isLessThanOrEqualTo(json.get("choice").get("accuracy").asDouble());
  }

  @Test
  void aChoiceAboutTheTrainingMeansLora() {
    Cli run = tune("--epochs", "1");
    assertThat(run.code()).as(run.err()).isZero();
    String note = "With few rows texts teach little through the pooler of " + base + "; ";
    assertThat(run.err()).contains("  validation ", note).doesNotContain("Compares");
    Cli chosen = tune("--epochs", "1", "--set", "pooling=mean", "--force");
    assertThat(chosen.code()).as(chosen.err()).isZero();
    assertThat(chosen.err()).doesNotContain("pooler");
  }

  @Test
  void numbersAndSeveralDomainsAreRefused() throws IOException {
    Path numbers = temporary.resolve("numbers.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 30; i++) {
      lines.add("wordai word" + (char) ('b' + i % 2) + (char) ('c' + i % 20) + "," + i + ".5");
    }
    Files.write(numbers, lines);
    Cli run =
        Cli.run(
            "tune",
            "--data",
            numbers.toString(),
            "--base",
            base,
            "--out",
            out.toString(),
            "--method",
            "auto");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.messages())
        .isEqualTo(
            "--method must be given for the task regression: only classifications are compared, got"
                + " auto\n");
    Cli several =
        Cli.run(
            "tune",
            "--data",
            file.toString(),
            numbers.toString(),
            "--base",
            base,
            "--out",
            out.toString(),
            "--method",
            "auto");
    assertThat(several.code()).isEqualTo(2);
    assertThat(several.err())
        .isEqualTo("--method must be left out with several domains, got auto\n");
  }

  @Test
  void aNewLineStartsFromItsSisters() throws IOException {
    Path reg = temporary.resolve("reg");
    for (String line : List.of("line-a", "line-b")) {
      Cli made =
          Cli.run(
              "tune",
              "--data",
              file.toString(),
              "--text-column",
              "内容",
              "--label-column",
              "分類",
              "--base",
              base,
              "--precision",
              "fp32",
              "--threads",
              "1",
              "--method",
              "lora",
              "--epochs",
              "6",
              "--quiet",
              "--name",
              line,
              "--registry",
              reg.toString());
      assertThat(made.code()).as(made.err()).isZero();
    }
    Cli run = tune("--from", "reg:line-*", "--registry", reg.toString(), "--name", "new", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("Compares 11 ways by cross-validation");
    assertThat(run.out())
        .contains(
            "probe on line-a@1",
            "further from line-a@1",
            "further from line-b@1",
            "probe on the mean of 2 models",
            "the mix of 2 models",
            " is taken: it ");
    // The registry keeps what the way that was taken began with.
    JsonNode json = new ObjectMapper().readTree(run.out().lines().reduce("", (a, b) -> b));
    String taken = "";
    for (JsonNode way : json.at("/choice/ways")) {
      taken = way.get("chosen").asBoolean() ? way.get("way").textValue() : taken;
    }
    String relation = taken.contains("mix of") ? "mix" : "started_from";
    List<String> expected = new ArrayList<>();
    for (String line : List.of("line-a@1", "line-b@1")) {
      if (taken.contains(line) || taken.contains("2 models")) {
        expected.add(line + " " + relation);
      }
    }
    assertThat(json.at("/choice/reason").textValue()).startsWith(taken + " is taken: it ");
    Cli show = Cli.run("module", "show", "new", "--registry", reg.toString(), "--json");
    List<String> parents = new ArrayList<>();
    for (JsonNode parent : new ObjectMapper().readTree(show.out()).get("parents")) {
      parents.add(parent.get("module").textValue() + " " + parent.get("relation").textValue());
    }
    assertThat(parents).isEqualTo(expected);
    Cli folder = tune("--from", out.toString(), "--force", "--epochs", "1", "--json");
    assertThat(folder.code()).as(folder.err()).isZero();
    assertThat(folder.out()).contains("\"further from sorter\"");
  }

  @Test
  void sistersThatCannotHelpAreRefused() throws IOException {
    Path other = temporary.resolve("other.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 40; i++) {
      lines.add(
          "wordai word" + (char) ('b' + i % 2) + (char) ('c' + i % 20) + "," + "xy".charAt(i % 2));
    }
    Files.write(other, lines);
    Path sister = temporary.resolve("sister");
    Cli made =
        Cli.run(
            "tune",
            "--data",
            other.toString(),
            "--base",
            base,
            "--precision",
            "fp32",
            "--threads",
            "1",
            "--epochs",
            "1",
            "--quiet",
            "--out",
            sister.toString());
    assertThat(made.code()).as(made.err()).isZero();
    Cli clash = tune("--from", sister.toString());
    assertThat(clash.code()).isEqualTo(2);
    assertThat(clash.err())
        .endsWith(
            "--from must name a model that knows a label of the data, got sister with the labels"
                + " x, y\n");
    Path spelt = temporary.resolve("spelt.csv");
    Files.writeString(spelt, Files.readString(other).replace(",x", ",Ｘ").replace(",y", ",z"));
    Cli spelling = tuneFrom(spelt, sister);
    assertThat(spelling.code()).isEqualTo(2);
    assertThat(spelling.err())
        .endsWith(
            "--from must name models whose labels are written as in the data, got sister with \"x\""
                + " for \"Ｘ\"\n");
    Path description = sister.resolve("haori.json");
    String written = Files.readString(description);
    String digest = written.replaceAll("(?s).*\"digest\"\\s*:\\s*\"([0-9a-f]+)\".*", "$1");
    String zeros = "0".repeat(digest.length());
    Files.writeString(description, written.replace(digest, zeros));
    Cli foreign = tuneFrom(other, sister);
    assertThat(foreign.code()).isEqualTo(2);
    assertThat(foreign.err())
        .endsWith(
            "base of %s must be %s with the digest %s, got %s with the digest %s\n"
                .formatted(sister, base, zeros, base, digest));
    Cli missing = tune("--from", temporary.resolve("nowhere").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err())
        .endsWith("--from must be a folder of a model, got " + temporary.resolve("nowhere") + "\n");
    Cli lora = tune("--from", sister.toString(), "--method", "lora");
    assertThat(lora.code()).isEqualTo(2);
    assertThat(lora.err()).isEqualTo("--method must be auto or left out with --from, got lora\n");
  }

  private Cli tuneFrom(Path data, Path sister) {
    return Cli.run(
        "tune",
        "--data",
        data.toString(),
        "--base",
        base,
        "--precision",
        "fp32",
        "--from",
        sister.toString(),
        "--out",
        out.toString());
  }

  @Test
  void aSheetWithoutAColumnOfLabelsMakesAFirstModelToo() throws IOException {
    Path table = temporary.resolve("orders.csv");
    Files.writeString(
        table,
        "品番,内容,label\nA1,wordba wordbb,\nA2,wordca wordcb,\n",
        Charset.forName("windows-31j"));
    Path labels = temporary.resolve("names.txt");
    Files.writeString(labels, "漏れ\twordba wordbb wordbc\n摩耗\twordca wordcb wordcc\n");
    String[] call = {
      "tune",
      "--data",
      table.toString(),
      "--text-column",
      "内容",
      "--labels",
      labels.toString(),
      "--base",
      base,
      "--out",
      out.toString()
    };
    Cli made = Cli.run(call);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .startsWith("A first model of 2 labels from their names and 2 texts: ")
        .contains(" --adapter " + out + " --text-column '内容'\n")
        .contains("--label-column names it.");
    Cli order =
        Cli.run(
            "data",
            "order",
            "--data",
            table.toString(),
            "--adapter",
            out.toString(),
            "--text-column",
            "内容");
    assertThat(order.out()).as(order.err()).startsWith("line,text,label,uncertainty\n");

    // One row with a label is one to learn from; it is not enough.
    Files.writeString(table, "内容,label\nwordba wordbb,漏れ\nwordca wordcb,\n");
    Cli labelled =
        Cli.run(Stream.concat(Stream.of(call), Stream.of("--force")).toArray(String[]::new));
    assertThat(labelled.code()).isEqualTo(2);
    assertThat(labelled.err()).contains("orders.csv:3: ");
  }

  @Test
  void withoutLabelsTheirNamesMakeAFirstModelThatSaysWhatToLabel() throws IOException {
    Path corpus = temporary.resolve("orders.txt");
    Files.writeString(corpus, "wordba wordbb\nwordca, \"wordcb\"\nwordba wordcb wordda\n");
    Path labels = temporary.resolve("names.txt");
    Files.writeString(labels, "漏れ\twordba wordbb wordbc\n摩耗\twordca wordcb wordcc\n");
    Cli made =
        Cli.run(
            "tune",
            "--data",
            corpus.toString(),
            "--labels",
            labels.toString(),
            "--base",
            base,
            "--out",
            out.toString());
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).startsWith("A first model of 2 labels from their names and 3 texts: ");
    Cli predicted =
        Cli.run("predict", "--adapter", out.toString(), "--text", "wordca wordcb wordcc");
    assertThat(predicted.out()).contains("\"label\":\"摩耗\"");
    Cli order =
        Cli.run(
            "data",
            "order",
            "--data",
            corpus.toString(),
            "--adapter",
            out.toString(),
            "--count",
            "3");
    assertThat(order.code()).as(order.err()).isZero();
    assertThat(order.out()).startsWith("line,text,label,uncertainty\n");
    assertThat(order.out().lines()).hasSize(4);
    assertThat(order.out()).contains("2,\"wordca, \"\"wordcb\"\"\",");
    Cli none =
        Cli.run(
            "data",
            "order",
            "--data",
            corpus.toString(),
            "--adapter",
            out.toString(),
            "--count",
            "0");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).isEqualTo("--count must be at least 1, got 0\n");
    Path half = temporary.resolve("half.csv");
    Files.writeString(half, "text,label\nwordba,漏れ\nwordca wordcb,\nwordbb,摩耗\n");
    Cli rest = Cli.run("data", "order", "--data", half.toString(), "--adapter", out.toString());
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(rest.out().lines()).hasSize(2);
    assertThat(rest.out()).contains("\n3,\"wordca wordcb\",");
    Path done = temporary.resolve("done.csv");
    Files.writeString(done, "text,label\nwordba,漏れ\nwordbb,摩耗\nwordca wordcb,摩耗\n");
    Cli known =
        Cli.run(
            "data",
            "order",
            "--data",
            half.toString(),
            "--without",
            done.toString(),
            "--adapter",
            out.toString());
    assertThat(known.out()).isEqualTo("line,text,label,uncertainty\n");
    Cli nothing = Cli.run("data", "order", "--data", done.toString(), "--adapter", out.toString());
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err())
        .isEqualTo(done + ": must have a text without a label, got 3 rows that all have one\n");
  }

  @Test
  void severalSeedsBecomeOneModule() {
    Cli run = tune("--method", "lora", "--epochs", "2", "--seeds", "3");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 seeds: ", " their mean as one module ");
    Cli predicted = Cli.run("predict", "--adapter", out.toString(), "--text", "wordaj wordbd");
    assertThat(predicted.code()).as(predicted.err()).isZero();
    Cli none = tune("--seeds", "0");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).isEqualTo("--seeds must be in [1, 64], got 0\n");
  }
}
