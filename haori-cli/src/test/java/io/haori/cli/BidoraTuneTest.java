package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BiDoRA as a user trains, compares and exports it. */
final class BidoraTuneTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of("hammer", "apple", "saw", "pear", "wrench", "plum", "drill", "cherry");

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = Files.createDirectories(folder.resolve("things"));
    write("train", "a %s lies on the table");
    write("validation", "where is the %s");
    write("test", "the %s is mine");
  }

  private void write(String split, String sentence) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < WORDS.size(); i++) {
      lines.append(
          "{\"text\": \"%s\", \"label\": \"%s\"}%n"
              .formatted(sentence.formatted(WORDS.get(i)), i % 2 == 0 ? "tool" : "fruit"));
    }
    Files.writeString(data.resolve(split + ".jsonl"), lines.toString());
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  @Test
  void whatIsTunedIsAnOrdinaryDoraAdapterThatAnswersAfterExport() throws IOException {
    Path out = folder.resolve("adapter");

    Cli run =
        Cli.run(
            ("tune --method bidora --epochs 2 --lr 0.005 --precision fp32 --json --data %s --out %s"
                    + " --set outerShare=0.25,lastEpochs=1,lastRate=0.5")
                .formatted(data, out)
                .split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err().lines().filter(line -> line.startsWith("Stage ")))
        .hasSize(2)
        .allMatch(line -> line.matches("Stage (levels|last) took validation from .*"))
        .noneMatch(line -> line.contains("undone"));
    JsonNode json = lastLine(run);
    assertThat(json.get("method").textValue()).isEqualTo("bidora");
    assertThat(json.get("epochs").intValue()).isEqualTo(3);
    JsonNode config = JSON.readTree(out.resolve("adapter_config.json").toFile());
    assertThat(config.get("use_dora").booleanValue()).isTrue();
    JsonNode history = JSON.readTree(out.resolve("haori.json").toFile()).get("history");
    assertThat(history).hasSize(3);
    assertThat(history.get(0).get("outerLoss").doubleValue()).isPositive();
    assertThat(history.get(2).has("outerLoss")).isFalse();

    Cli exported =
        Cli.run(
            "export --format peft --adapter %s --out %s"
                .formatted(out, folder.resolve("peft"))
                .split(" "));

    assertThat(exported.err())
        .startsWith("transformers has no class for this head, because its head reads the mean");
    assertThat(exported.code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aComparisonDrawsTheCurvesOfBothLevelsAndSaysWhichRowsWereUsed() throws IOException {
    Path out = folder.resolve("cmp");

    Cli run =
        Cli.run(
            ("compare --data %s --methods lora,bidora --seeds 2 --epochs 2 --precision fp32"
                    + " --train-rows 6 --set bidora.lastEpochs=1 --out %s --quiet --json")
                .formatted(data, out)
                .split(" "));

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode rows = lastLine(run).get("rows");
    assertThat(rows.get(0).get("method").textValue()).isEqualTo("lora");
    assertThat(rows.get(1).get("method").textValue()).isEqualTo("bidora");
    assertThat(rows).hasSize(2);
    String report = Files.readString(out.resolve("report.html"));
    assertThat(report.contains("Learning curves of both levels")).isTrue();
    assertThat(report.contains("bidora, outer rows")).isTrue();
    assertThat(report.contains("lora, outer rows")).isFalse();
    assertThat(report.contains("the same 6 training rows")).isTrue();
    JsonNode adapter =
        JSON.readTree(
            Path.of(rows.get(1).get("adapter").textValue()).resolve("haori.json").toFile());
    assertThat(adapter.at("/settings/trainRows").asText()).isEqualTo("6");
  }

  @Test
  void aSearchListsEveryTrialAndTrainsTheBestInFull() throws IOException {
    Path out = folder.resolve("searched");

    Cli run =
        Cli.run(
            ("tune --method bidora --tune-hyper 4 --epochs 3 --rank 2 --quiet --json --precision"
                    + " fp32 --data %s --out %s --set lastEpochs=1")
                .formatted(data, out)
                .split(" "));

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.words()).contains("trial", "outerShare", "round 1", "round 2", " * ");
    JsonNode json = lastLine(run);
    JsonNode trials = json.get("search");
    assertThat(trials).hasSize(4);
    JsonNode best = null;
    for (JsonNode trial : trials) {
      assertThat(trial.at("/rounds/0/validation").doubleValue()).isBetween(0.0, 1.0);
      assertThat(trial.at("/settings/outerShare").asDouble()).isBetween(0.1, 0.4);
      assertThat(trial.get("settings").has("rank")).isFalse();
      best = trial.get("chosen").booleanValue() ? trial : best;
    }
    assertThat(best.get("rounds")).hasSize(2);
    assertThat(json.get("epochs").intValue()).isEqualTo(4);
    JsonNode settings = JSON.readTree(out.resolve("haori.json").toFile()).get("settings");
    assertThat(settings.get("bidora.outerShare").doubleValue())
        .isEqualTo(best.at("/settings/outerShare").asDouble());
    assertThat(settings.get("bidora.rank").intValue()).isEqualTo(2);
  }

  @Test
  void aClassOfOneRowIsRefusedInOneSentence() throws IOException {
    Files.writeString(
        data.resolve("train.jsonl"),
        Files.readString(data.resolve("train.jsonl"))
            + "{\"text\": \"a chair\", \"label\": \"thing\"}\n");

    Cli run =
        Cli.run(
            "tune --method bidora --quiet --data %s --out %s"
                .formatted(data, folder.resolve("adapter"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo(
            "Warning: 1 label has a single training row, which cannot be held out: train.jsonl:9"
                + " (thing).\n"
                + data.resolve("train.jsonl")
                + ": label \"thing\" must have at least 2 rows for training at two levels, got"
                + " 1\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void fewerTrainingRowsThanClassesAreRefused() {
    Cli run =
        Cli.run(
            "tune --train-rows 1 --data %s --out %s"
                .formatted(data, folder.resolve("adapter"))
                .split(" "));

    assertThat(run.err()).isEqualTo("--train-rows must be at least 2, one a class, got 1\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
