package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.report.Figures;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompareCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path data(int testRows) throws IOException {
    Path data = Files.createDirectories(folder.resolve("things" + testRows));
    List<String> words =
        List.of("hammer", "apple", "saw", "pear", "wrench", "plum", "drill", "cherry");
    write(data, "train", "a %s lies on the table", words, 8);
    write(data, "validation", "where is the %s", words, 4);
    write(data, "test", "the %s is mine", words, testRows);
    return data;
  }

  private static void write(Path data, String split, String sentence, List<String> words, int rows)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      lines.append(
          "{\"text\": \"%s\", \"label\": \"%s\"}%n"
              .formatted(sentence.formatted(words.get(i)), i % 2 == 0 ? "tool" : "fruit"));
    }
    Files.writeString(data.resolve(split + ".jsonl"), lines.toString());
  }

  @Test
  void tableReportAndJsonShowTheSameAndASecondCallRepeatsNothing() throws IOException {
    Path out = folder.resolve("cmp");
    String[] command =
        ("compare --data %s --methods frozen,lora --seeds 2 --epochs 2 --precision fp32"
                + " --set lora.rank=2 --set lora.learningRate=0.005 --out %s --json")
            .formatted(data(8), out)
            .split(" ");

    Cli run = Cli.run(command);

    assertThat(run.messages()).isEqualTo("4 runs\n");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);

    Cli again = Cli.run(Arrays.copyOf(command, command.length - 1));

    assertThat(again.messages()).isEqualTo("4 runs, 4 done before\n");
    assertThat(again.out().lines().limit(4)).allMatch(line -> line.length() <= 100);
    JsonNode json = lastLine(run);
    assertThat(json.get("command").textValue()).isEqualTo("compare");
    assertThat(json.get("metric").textValue()).isEqualTo("accuracy");
    JsonNode frozen = json.at("/rows/0");
    JsonNode lora = json.at("/rows/1");
    assertThat(frozen.get("method").textValue()).isEqualTo("frozen");
    assertThat(frozen.get("pValue").isNull()).isTrue();
    assertThat(frozen.get("trainable").longValue()).isEqualTo(2 * 384 + 2);
    assertThat(lora.get("trainable").longValue()).isEqualTo(6 * 2 * 2 * 2 * 384 + 2 * 384 + 2);
    assertThat(lora.get("pValue").doubleValue()).isBetween(0.0, 1.0);
    assertThat(lora.get("mcNemar")).hasSize(2);
    assertThat(lora.get("interval").get(0).doubleValue())
        .isLessThanOrEqualTo(lora.get("difference").doubleValue());
    for (JsonNode row : List.of(frozen, lora)) {
      double sum = 0;
      for (JsonNode one : row.get("runs")) {
        sum += one.at("/test/accuracy").doubleValue();
      }
      assertThat(row.get("mean").doubleValue()).isEqualTo(sum / 2);
      assertThat(row.get("storedBytes").longValue()).isPositive();
      assertThat(row.get("seconds").doubleValue()).isPositive();
      assertThat(Path.of(row.get("adapter").textValue()).resolve("haori.json")).exists();
      assertThat(again.out()).contains(Figures.PERCENT.text(row.get("mean").doubleValue()));
      for (JsonNode mistake : row.get("mistakes")) {
        assertThat(mistake.get("row").textValue()).matches("test\\.jsonl:[1-8]");
        assertThat(mistake.get("label")).isNotEqualTo(mistake.get("answer"));
        assertThat(mistake.get("probability").doubleValue()).isBetween(0.5, 1.0);
        assertThat(Files.readString(out.resolve("report.html")))
            .contains("<td class=\"words\">" + mistake.get("text").textValue() + "</td>");
      }
    }
    JsonNode repeated = JSON.readTree(out.resolve("comparison.json").toFile());
    assertThat(repeated.get("rows")).isEqualTo(json.get("rows"));
    assertThat(repeated.get("advice")).isEqualTo(json.get("advice"));
    String report = Files.readString(out.resolve("report.html"));
    JsonNode interval = lora.get("interval");
    String difference = Figures.PERCENT.difference(lora.get("difference").doubleValue());
    String ends =
        Figures.PERCENT.interval(interval.get(0).doubleValue(), interval.get(1).doubleValue());
    assertThat(report).contains("<td>" + difference + "</td><td>" + ends + "</td>");
    assertThat(again.out())
        .contains(difference.replace(" points", "") + " (" + ends.replace(" points", "") + ")");
    assertThat(json.get("advice").toString())
        .contains("lora less frozen " + difference + " (95 % interval " + ends);
    assertThat(json.at("/pairs/0/interval")).isEqualTo(interval);
    assertThat(json.at("/pairs/0/pValue")).isEqualTo(lora.get("pValue"));
    String recommended = json.get("recommended").textValue();
    assertThat(json.at("/advice/0").textValue()).contains(recommended);
    for (JsonNode sentence : json.get("advice")) {
      assertThat(report.contains(sentence.textValue())).isTrue();
      assertThat(again.out()).contains(sentence.textValue());
    }
  }

  @Test
  void anotherComparisonInTheSameFolderIsRefusedUnlessForced() throws IOException {
    Path out = folder.resolve("cmp");
    Path data = data(2);
    String command =
        "compare --data %s --methods frozen --seeds 1 --no-test --precision fp32 --out %s"
            .formatted(data, out);
    assertThat(haori(command + " --epochs 1").code()).isEqualTo(ExitCode.DONE);
    Path figures = out.resolve("comparison.json");
    String before = Files.readString(figures);
    Files.writeString(out.resolve("notes.txt"), "mine");

    assertRefused(command + " --epochs 2", out, "had --epochs 1, not 2");
    assertRefused(
        command + " --epochs 1 --set training.beta1=0.8",
        out,
        "had --set left out, not training.beta1=0.8");
    assertRefused(
        command.replace("frozen", "lora") + " --epochs 1", out, "had --methods frozen, not lora");
    assertRefused("analyze transfer --data a b --out " + out, out, "was haori compare");
    Path train = data.resolve("train.jsonl");
    String rows = Files.readString(train);
    Files.writeString(train, rows.replace("lies on", "is under"));
    assertRefused(command + " --epochs 1", out, "read other rows in things2/train.jsonl");
    assertThat(figures).content().isEqualTo(before);
    Files.writeString(train, rows);

    Cli more = haori(command.replace("--seeds 1", "--seeds 2") + " --epochs 1");
    assertThat(more.messages()).isEqualTo("2 runs, 1 done before\n");
    assertRefused(command + " --epochs 1", out, "had --seeds 2, not 1");

    Cli forced = haori(command + " --epochs 2 --force");
    assertThat(forced.messages()).isEqualTo("1 runs\n");
    assertThat(figures).content().isNotEqualTo(before);
    assertThat(out.resolve("notes.txt")).content().isEqualTo("mine");
    assertThat(haori(command + " --epochs 2").messages()).isEqualTo("1 runs, 1 done before\n");
  }

  /** In each of these something is wrong that is found after the folder was looked at. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--data DATA --epochs 1 --seeds 1 --force --methods frozen --base nowhere/base",
        "--data DATA --epochs 1 --seeds 1 --force --methods frozen --max-length 2000",
        "--data DATA --epochs 1 --seeds 1 --force --methods lora --set lora.targets=nowhere",
        "--data PROMPTS --epochs 2 --seeds 1 --force --methods lora",
        "--data PROMPTS --epochs 2 --seeds 1 --force --methods lora --base minilm",
        "--data nowhere --epochs 2 --seeds 1 --force --methods frozen"
      })
  void aRefusedCommandLeavesTheFolderAsItWas(String mistake) throws IOException {
    String data = data(2).toString();
    Path out = folder.resolve("cmp");
    Path prompts = Files.createDirectories(folder.resolve("prompts"));
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(
          prompts.resolve(split + ".jsonl"),
          "{\"prompt\": \"A cat\", \"completion\": \" purrs\"}\n");
    }
    String command = "compare --no-test --precision fp32 --out " + out + " ";
    String first = command + "--methods frozen --data " + data + " --epochs 1 --seeds 1";
    assertThat(haori(first).code()).isEqualTo(ExitCode.DONE);
    Path record = out.resolve("haori-run.json");
    String before = Files.readString(record);

    Cli refused =
        haori(command + mistake.replace("DATA", data).replace("PROMPTS", prompts.toString()));

    assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.USER);
    assertThat(refused.err()).doesNotContain("--out", "--methods", "--help");
    assertThat(record).content().isEqualTo(before);
    assertThat(haori(first).messages()).isEqualTo("1 runs, 1 done before\n");
  }

  private static Cli haori(String arguments) {
    return Cli.run(arguments.split(" "));
  }

  private static void assertRefused(String arguments, Path out, String difference) {
    Cli run = haori(arguments);

    assertThat(run.err())
        .isEqualTo(
            "--out must be a new or empty folder, or one of the same run, got "
                + out
                + ", whose run "
                + difference
                + "; --force replaces what Haori wrote there\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aSingleRunIsShownWithoutTests() throws IOException {
    Cli run =
        Cli.run(
            ("compare --data %s --methods frozen --seeds 1 --no-test --epochs 1 --quiet --json"
                    + " --out %s")
                .formatted(data(2), folder.resolve("cmp"))
                .split(" "));

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode row = lastLine(run).at("/rows/0");
    assertThat(row.get("std").isNull()).isTrue();
    assertThat(row.get("pValue").isNull()).isTrue();
    assertThat(row.has("difference")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --methods frozen,lorra            | --methods must be of frozen, full, bottleneck, lora, dora, bidora, modular, sparse, got lorra
          --methods lora,lora               | --methods must be different ones, got lora twice
          --methods lora                    | --methods must be at least two (one with --no-test), got lora
          --methods frozen,lora --seeds 1   | --seeds must be at least 2 (1 with --no-test), got 1
          --methods lora --no-test --seeds 0 | --seeds must be at least 1, got 0
          --methods frozen,lora --epochs 0  | --epochs must be at least 1, got 0
          --methods frozen,lora --set lora.rank=0 | lora.rank must be at least 1, got 0
          --methods frozen,lora --set lora.learningRate=0 | lora.learningRate must be above 0 and at most 1000000.0, got 0.0
          --methods frozen,lora --set frozen.rank=1 | --set must name one of baseBackward, frozen.learningRate, gradientCheckpointing, pooling, training.accumulation, training.augment, training.beta1, training.beta2, training.checkpointEverySteps, training.epsilon, training.greaterIsBetter, training.headLearningRateRatio, training.headStart, training.labelNames, training.loss, training.maxGradientNorm, training.metric, training.schedule, training.startShare, training.temperature, training.warmupShare, training.warmupSteps, training.weightDecay, got frozen.rank
          """)
  void aMistakeIsReportedBeforeAnythingIsRead(String arguments, String sentence) {
    Cli run =
        Cli.run(
            ("compare --data nowhere --out " + folder.resolve("cmp") + " " + arguments).split(" "));

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(folder.resolve("cmp")).doesNotExist();
  }

  @Test
  void tooFewTestRowsForAnyTestAreCounted() throws IOException {
    Path data = data(5);

    Cli run =
        Cli.run(
            "compare --data %s --methods frozen,lora --seeds 2 --out %s"
                .formatted(data, folder.resolve("cmp"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo(
            data.resolve("test.jsonl")
                + ": must have at least 6 rows for tests of 2 methods (any number with --no-test),"
                + " got 5\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aMissingTestSplitIsNamed() throws IOException {
    Path data = data(8);
    Files.delete(data.resolve("test.jsonl"));

    Cli run =
        Cli.run(
            "compare --data %s --methods frozen,lora --out %s"
                .formatted(data, folder.resolve("cmp"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo(
            data + ": must have the file test.jsonl (or .csv, .tsv, .xlsx), but it has none\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }
}
