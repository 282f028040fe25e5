package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.tune.Mistakes;
import io.haori.core.files.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tune, evaluate and predict as a user does it, on the base that comes with the build. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WholePathTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOOLS =
      List.of("hammer", "saw", "screwdriver", "wrench", "chisel", "drill", "pliers", "file");
  private static final List<String> FRUITS =
      List.of("apple", "pear", "plum", "cherry", "banana", "orange", "grape", "melon");

  @TempDir static Path folder;
  private Path data;
  private Path adapter;

  @BeforeAll
  void writeData() throws IOException {
    data = Files.createDirectories(folder.resolve("things"));
    adapter = folder.resolve("things-lora");
    write("train", "a %s lies on the table", 0, 6);
    write("validation", "where is the %s", 4, 8);
    write("test", "the %s is mine", 4, 8);
  }

  private void write(String split, String sentence, int from, int to) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(row(String.format(sentence, TOOLS.get(i)), "tool"));
      rows.append(row(String.format(sentence, FRUITS.get(i)), "fruit"));
    }
    Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
  }

  private static String row(String text, String label) {
    return "{\"text\": \"" + text + "\", \"label\": \"" + label + "\"}\n";
  }

  @Test
  @Order(1)
  void tuneStoresAnAdapterAndReportsItsScores() throws IOException {
    Cli run =
        Cli.run(
            "tune",
            "--data",
            data.toString(),
            "--out",
            adapter.toString(),
            "--epochs",
            "6",
            "--lr",
            "0.01",
            "--batch-size",
            "4",
            "--precision",
            "fp32",
            "--json");

    assertThat(run.messages()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.words()).contains("split", "validation", "test", "lora on minilm: ");
    JsonNode json = lastLine(run);
    assertThat(json.get("command").textValue()).isEqualTo("tune");
    assertThat(json.get("method").textValue()).isEqualTo("lora");
    assertThat(json.get("trainable").longValue()).isEqualTo(6 * 2 * 2 * 8 * 384 + 2 * 384 + 2);
    assertThat(json.get("storedBytes").longValue()).isGreaterThan(4 * 6 * 2 * 2 * 8 * 384);
    assertThat(json.get("validation").get("accuracy").doubleValue()).isGreaterThan(0.7);
    assertThat(json.get("test").get("accuracy").doubleValue()).isGreaterThan(0.7);
    assertThat(json.get("epochs").intValue()).isEqualTo(6);
    long wrong = Math.round(8 * (1 - json.at("/test/accuracy").doubleValue()));
    assertThat(json.get("mistakes")).hasSize((int) Math.min(Mistakes.MOST, wrong));
    assertThat(json.has("tokensPerSecond")).isTrue();
    assertThat(json.has("seconds")).isTrue();
    assertThat(json.has("peakRssMb")).isTrue();
    assertThat(adapter.resolve("adapter_config.json")).exists();
    assertThat(adapter.resolve("haori.json")).exists();
    assertThat(adapter.resolve("checkpoint")).doesNotExist();
  }

  @Test
  @Order(2)
  void evaluateFindsTheScoresThatTuneReported() throws IOException {
    JsonNode stored = JSON.readTree(adapter.resolve("haori.json").toFile());

    Cli run =
        Cli.run(
            "evaluate",
            "--adapter",
            adapter.toString(),
            "--data",
            data.toString(),
            "--precision",
            "fp32",
            "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("accuracy")).isEqualTo(stored.get("test").get("accuracy"));
    assertThat(json.get("confusion").get("labels").toString()).isEqualTo("[\"fruit\",\"tool\"]");
    assertThat(json.get("rows").intValue()).isEqualTo(8);
    Interval interval =
        WilsonInterval.of((int) Math.round(8 * json.get("accuracy").doubleValue()), 8);
    assertThat(json.get("accuracyInterval").toString())
        .isEqualTo("[" + interval.low() + "," + interval.high() + "]");
    // The second of two classes with as many rows is looked for.
    assertThat(json.at("/detection/positive").textValue()).isEqualTo("tool");
    assertThat(json.at("/detection/positives").intValue()).isEqualTo(4);
    assertThat(json.at("/detection/auroc").doubleValue()).isBetween(0.7, 1.0);
    assertThat(json.at("/detection/thresholds/inUse/threshold").doubleValue()).isEqualTo(0.5);
    assertThat(run.words()).contains("average precision", "false-alarm rate");
    assertThat(run.words()).contains("truth \\ predicted");
  }

  @Test
  @Order(2)
  void predictAnswersEachLineOfStdin() throws IOException {
    Cli run =
        Cli.runWithInput(
            "the banana is mine\nthe hammer is mine\n",
            "predict",
            "--adapter",
            adapter.toString(),
            "--input",
            "-");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.get("text").textValue()).isEqualTo("the banana is mine");
    assertThat(first.get("label").textValue()).isEqualTo("fruit");
    assertThat(
            first.get("probabilities").get("fruit").doubleValue()
                + first.get("probabilities").get("tool").doubleValue())
        .isBetween(0.999, 1.001);
    assertThat(JSON.readTree(lines.get(1)).get("label").textValue()).isEqualTo("tool");
  }

  @Test
  @Order(2)
  void predictKeepsIdAndLineAndAnswersABlankLineAsSuch() throws IOException {
    Path input = folder.resolve("in.jsonl");
    Files.writeString(
        input,
        """
        {"id": 7, "text": "the banana is mine", "label": "tool"}

        {"id": "b", "text": " "}
        {"id": null, "text": "the hammer is mine"}
        """);

    Cli run =
        Cli.run(
            "predict --adapter %s --input %s --top 1 --json".formatted(adapter, input).split(" "));

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .startsWith("{\"line\":1,\"id\":7,\"text\":\"the banana is mine\",\"given_label\":\"tool\"")
        .contains("\"label\":\"fruit\",\"probabilities\":{\"fruit\":");
    assertThat(lines.get(1)).isEqualTo("{\"line\":2,\"label\":null,\"probabilities\":{}}");
    assertThat(lines.get(2))
        .isEqualTo("{\"line\":3,\"id\":\"b\",\"text\":\" \",\"label\":null,\"probabilities\":{}}");
    assertThat(lines.get(3)).startsWith("{\"line\":4,\"id\":null,").contains("\"tool\"");
    assertThat(lastLine(run).get("rows").intValue()).isEqualTo(4);
  }

  @Test
  @Order(2)
  void predictOfNothingIsNothing() {
    Cli run = Cli.run("predict", "--adapter", adapter.toString(), "--input", "-");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @Order(2)
  void anotherBaseThanTheAdaptersIsRefused() {
    Cli run =
        Cli.run(
            "evaluate",
            "--adapter",
            adapter.toString(),
            "--data",
            data.toString(),
            "--base",
            "nowhere");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--base must be one of minilm, bge-small, e5-small, bert-base, mbert, or a Hugging"
                + " Face folder, got nowhere\n");
  }

  @Test
  @Order(2)
  void aFolderThatAnotherCommandWritesIsLeftAlone() throws IOException {
    Path out = folder.resolve("busy");
    try (FolderLock other = FolderLock.tryTake(out).orElseThrow()) {
      assertThat(other).isNotNull();
      Cli run = Cli.run("tune", "--data", data.toString(), "--out", out.toString());

      assertThat(run.code()).isEqualTo(ExitCode.USER);
      assertThat(run.err())
          .isEqualTo(
              "--out must be a folder that no other running command writes, got "
                  + out
                  + " (another one does)\n");
    }
  }

  @Test
  @Order(2)
  void aFolderOfSomebodyElseIsNotReplaced() throws IOException {
    Path precious = Files.createDirectories(folder.resolve("thesis"));
    Files.writeString(precious.resolve("chapter1.txt"), "years of work");

    Cli run = Cli.run("tune", "--data", data.toString(), "--out", precious.toString());

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--out must be a new or empty folder, got "
                + precious
                + ", which holds chapter1.txt\n");
    assertThat(precious.resolve("chapter1.txt")).content().isEqualTo("years of work");
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"peft", "merged"})
  void anExportGivesTheSameScores(String format) throws IOException {
    Path out = folder.resolve("things-" + format);

    Cli run =
        Cli.run(
            "export",
            "--adapter",
            adapter.toString(),
            "--format",
            format,
            "--out",
            out.toString(),
            "--json");

    assertThat(run.err())
        .startsWith(
            format.equals("peft")
                ? "transformers has no class for this head, because its head reads the mean"
                : "")
        .hasLineCount(format.equals("peft") ? 1 : 0);
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("maxLogitDifference").doubleValue()).isBetween(0.0, 1e-4);
    assertThat(json.get("bytes").longValue()).isGreaterThan(100_000);
  }

  @Test
  @Order(3)
  void aMergedBaseAnswersWithItsHead() throws IOException {
    Path head = folder.resolve("things-merged").resolve("head");
    JsonNode stored = JSON.readTree(adapter.resolve("haori.json").toFile());

    Cli run =
        Cli.run(
            "evaluate",
            "--adapter",
            head.toString(),
            "--data",
            data.toString(),
            "--precision",
            "fp32",
            "--json");

    assertThat(run.err()).isEmpty();
    assertThat(lastLine(run).get("accuracy")).isEqualTo(stored.get("test").get("accuracy"));
  }

  @Test
  @Order(3)
  void aBottleneckAnswersAsItWasTunedAndIsExportedNowhere() throws IOException {
    Path bottleneck = folder.resolve("things-bottleneck");
    Cli tune =
        Cli.run(
            "tune --method bottleneck --epochs 1 --precision fp32 --data %s --out %s --json"
                .formatted(data, bottleneck)
                .split(" "));
    assertThat(tune.messages()).isEmpty();
    assertThat(lastLine(tune).get("trainable").longValue())
        .isEqualTo(6 * 2 * 2 * 16 * 384 + 2 * 384 + 2);

    Cli evaluate =
        Cli.run(
            "evaluate --precision fp32 --adapter %s --data %s --json"
                .formatted(bottleneck, data)
                .split(" "));
    assertThat(lastLine(evaluate).get("accuracy"))
        .isEqualTo(lastLine(tune).get("test").get("accuracy"));

    Path out = folder.resolve("nowhere");
    Map<String, String> sentences =
        Map.of(
            "peft",
            "--format must be another one for the method bottleneck, for which PEFT has no form,"
                + " got peft\n",
            "merged",
            "method of a merged base must be a change of its weights, got bottleneck, whose"
                + " function between two matrices no weight can hold\n");
    sentences.forEach(
        (format, sentence) -> {
          Cli export =
              Cli.run(
                  "export --adapter %s --format %s --out %s"
                      .formatted(bottleneck, format, out)
                      .split(" "));
          assertThat(export.code()).isEqualTo(ExitCode.USER);
          assertThat(export.err()).isEqualTo(sentence);
          assertThat(out).doesNotExist();
        });
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }
}
