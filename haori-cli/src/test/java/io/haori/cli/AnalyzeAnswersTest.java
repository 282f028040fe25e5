package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What domains that a decoder writes do to each other, as a user measures it. */
final class AnalyzeAnswersTest {
  @TempDir static Path temporary;

  /**
   * The first two domains answer alike, the third gives other answers to the same prompts, so that
   * it helps neither.
   */
  @BeforeAll
  static void makeFiles() throws IOException {
    TinyDecoder.folder(temporary);
    prompts("red", "red.");
    prompts("crimson", "red.");
    prompts("black", "black at home.");
    for (String name : List.of("hens", "cows")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        lines.add("A " + name + " " + i + " says cluck at home.");
      }
      Files.write(temporary.resolve(name + ".txt"), lines);
    }
  }

  private static void prompts(String name, String answer) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(name));
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < (split.equals("train") ? 16 : 8); i++) {
        lines.add(
            "{\"prompt\": \"A cat %d is\", \"completion\": \" %s\"}"
                .formatted(split.equals("train") ? i : 30 + i, answer));
      }
      Files.write(folder.resolve(split + ".jsonl"), lines);
    }
  }

  private static Cli analyze(String line) {
    String all =
        "analyze "
            + line
            + " --base BASE --method lora --targets all-linear --lr 5e-3 --batch-size 8"
            + " --precision fp32 --threads 1 --quiet --json";
    List<String> words = new ArrayList<>();
    for (String word : all.split(" ", -1)) {
      words.add(
          word.replace("BASE", temporary.resolve("models/tiny-llama").toString())
              .replace("TMP", temporary.toString()));
    }
    return Cli.run(words.toArray(String[]::new));
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  private static double effect(JsonNode json, String with, String on) {
    for (JsonNode one : json.at("/matrix/effects")) {
      if (one.path("with").asText().equals(with) && one.path("on").asText().equals(on)) {
        return one.path("gain").doubleValue();
      }
    }
    throw new AssertionError(with + " on " + on);
  }

  @Test
  void transferIsMeasuredByTheLossOfRightAnswers() throws IOException {
    String line =
        "transfer --data TMP/red TMP/crimson TMP/black --seeds 2 --epochs 4 --out TMP/transfer";
    Cli run = analyze(line);
    JsonNode json = json(run);
    assertThat(json.path("measure").textValue()).isEqualTo("loss");
    assertThat(json.path("runs").intValue()).isEqualTo(14);
    for (JsonNode domain : json.path("domains")) {
      assertThat(domain.path("gain").doubleValue())
          .isCloseTo(
              domain.path("independent").doubleValue() - domain.path("joint").doubleValue(),
              within(1e-9))
          .isCloseTo(
              domain.path("transfer").doubleValue() - domain.path("interference").doubleValue(),
              within(1e-9));
      assertThat(domain.path("independent").doubleValue()).isPositive();
    }
    // Rows that answer alike are more rows of the same; other answers to the same prompts disturb.
    assertThat(effect(json, "crimson", "red")).isPositive();
    assertThat(effect(json, "black", "red")).isNegative();
    assertThat(run.words()).contains("in nats a token");
    List<String> samples = Files.readAllLines(temporary.resolve("transfer/samples.csv"));
    assertThat(samples).hasSize(1 + 3 * 8 * 2);
    double alone = 0;
    for (String sample : samples) {
      String[] cells = sample.split(",", -1);
      if (cells[0].equals("red")) {
        alone += Double.parseDouble(cells[5]) / 16;
        assertThat(cells[7])
            .isEqualTo(
                Double.parseDouble(cells[6]) < Double.parseDouble(cells[5])
                    ? "transfer"
                    : "interference");
      }
    }
    assertThat(json.at("/domains/0/independent").doubleValue()).isCloseTo(alone, within(1e-9));
    assertThat(Files.readString(temporary.resolve("transfer/report.html")))
        .contains("Samples that lost most", "nats a token", "the exact sign test");

    // Nothing is trained again, and the measured effects are what predictors are compared with.
    assertThat(json(analyze(line)).path("domains")).isEqualTo(json.path("domains"));
    JsonNode alike =
        json(
            analyze(
                "similarity --data TMP/red TMP/crimson TMP/black --measured TMP/transfer"
                    + " --out TMP/alike"));
    JsonNode gradients = alike.at("/predictors/2");
    assertThat(gradients.path("name").textValue()).isEqualTo("gradient cosine");
    assertThat(alike.path("predictors")).hasSize(3);
  }

  @Test
  void exactAnswersAreComparedWhereThatIsAskedFor() throws IOException {
    JsonNode json =
        json(
            analyze(
                "transfer --data TMP/red TMP/black --measure exact --seeds 1 --epochs 40"
                    + " --out TMP/exact"));
    assertThat(json.path("measure").textValue()).isEqualTo("accuracy");
    JsonNode red = json.at("/domains/0");
    assertThat(red.path("independent").doubleValue()).isEqualTo(1);
    JsonNode black = json.at("/domains/1");
    // One prompt has one answer, so of the two domains one loses its answers.
    assertThat(red.path("interference").doubleValue() + black.path("interference").doubleValue())
        .isEqualTo(1);
    assertThat(Files.readString(temporary.resolve("exact/samples.csv")))
        .contains("black at home.,")
        .contains("interference");
  }

  @Test
  void groupsAndCapacityGoByTheLoss() throws IOException {
    JsonNode groups =
        json(
            analyze(
                "groups --data TMP/red TMP/crimson TMP/black --models 2 --seeds 2 --epochs 4"
                    + " --runs TMP/runs --out TMP/groups"));
    assertThat(groups.path("groups").toString()).isEqualTo("[[\"red\",\"crimson\"],[\"black\"]]");
    assertThat(groups.path("carryOut").textValue())
        .startsWith("haori pretrain --base ")
        .contains("red-crimson=");
    JsonNode capacity =
        json(
            analyze(
                "capacity --data TMP/red TMP/crimson --ranks 1,4 --seeds 1 --epochs 4"
                    + " --out TMP/capacity"));
    assertThat(capacity.path("measure").textValue()).isEqualTo("loss");
    assertThat(capacity.path("points")).hasSize(2);
    assertThat(capacity.at("/points/0/joint/estimate").doubleValue()).isPositive();
    assertThat(capacity.path("recommendation").toString()).contains("a loss of");
  }

  /** Texts have no right answer; their own tokens are what is predicted. */
  @Test
  void textsAreSplitAndComparedByTheirLoss() throws IOException {
    JsonNode json =
        json(
            analyze(
                "transfer --data TMP/hens.txt TMP/cows.txt --seeds 1 --epochs 2 --out TMP/texts"));
    assertThat(json.at("/domains/0/name").textValue()).isEqualTo("hens");
    assertThat(json.at("/domains/0/gain").isNumber()).isTrue();
    assertThat(Files.readAllLines(temporary.resolve("texts/samples.csv"))).hasSize(1 + 2 * 8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          transfer --data TMP/red TMP/hens.txt --out TMP/o | --data must be of one kind, all prompts with answers or all texts, got TMP/red and TMP/hens.txt
          transfer --data TMP/hens.txt TMP/cows.txt --measure exact --out TMP/o | --measure must be loss for texts, which have no right answer, got exact
          transfer --data TMP/red TMP/black --measure f1 --out TMP/o | --measure must be loss or exact, got f1
          transfer --data TMP/red TMP/black --heads own --out TMP/o | --heads must be left out for rows that a decoder writes, got own
          transfer --data TMP/red TMP/black --weighting dwa --out TMP/o | --weighting must be left out for rows that a decoder writes, each token of which counts the same, got dwa
          """)
  void aMistakeIsOneSentence(String line, String sentence) {
    Cli run = analyze(line);
    assertThat(run.err()).isEqualTo(sentence.replace("TMP", temporary.toString()) + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("o")).doesNotExist();
  }
}
