package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts with their answers in one file, of which some are held out to be tested with. */
final class OneFileOfAnswersTest {
  private static final String TUNE =
      "tune --data TMP/one.jsonl --base BASE --method lora --epochs 2 --batch-size 8 ";

  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeFiles() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here"));
    write("one.jsonl", 40);
    write("few.jsonl", 29);
  }

  /** Each prompt twice, the second time with wider blanks. */
  private static void write(String file, int prompts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String blank : List.of(" ", "  ")) {
      for (int i = 0; i < prompts; i++) {
        lines.add(
            "{\"prompt\": \"A cat" + blank + i + " is\", \"completion\": \" red " + i % 3 + ".\"}");
      }
    }
    Files.write(temporary.resolve(file), lines);
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void noPromptIsInTwoParts() throws IOException {
    Cli check = colours.run("data check TMP/one.jsonl --base BASE");
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .startsWith("Split 70/15/15, seed 42.\n")
        .doesNotContain("prompts of training rows");
    JsonNode json = json(colours.run("data check TMP/one.jsonl --base BASE --json"));
    assertThat(json.path("split").textValue()).isEqualTo("70/15/15, seed 42");
    assertThat(json.path("splits").findValues("rows"))
        .map(JsonNode::intValue)
        .containsExactly(56, 12, 12);
  }

  @Test
  void testRowsAreAnsweredAndEvaluateFindsThemAgain() throws IOException {
    JsonNode tuned = json(colours.compute(TUNE + "--out TMP/out --quiet --json"));
    double rouge = tuned.at("/test/rougeL").doubleValue();
    assertThat(tuned.at("/test").has("exactMatch")).isTrue();

    // Another seed does not move the rows: the folder says how the file was split.
    Cli again =
        colours.compute("evaluate --adapter TMP/out --data TMP/one.jsonl --seed 7 --quiet --json");
    assertThat(again.err()).isEmpty();
    assertThat(json(again).path("rows").intValue()).isEqualTo(12);
    assertThat(json(again).path("rougeL").doubleValue()).isEqualTo(rouge);

    Cli other =
        colours.compute(
            "evaluate --adapter TMP/out --data TMP/one.jsonl --split-shares 50/25/25 --json");
    assertThat(other.err()).contains("some of these rows may be training rows");
  }

  @Test
  void theScoresOfAnswersAreRecorded() throws IOException {
    json(colours.compute(TUNE + "--name cats --registry TMP/reg --quiet --json"));
    Cli recorded =
        colours.compute(
            "evaluate --adapter reg:cats@1 --registry TMP/reg --data TMP/data --record --json");
    assertThat(recorded.err()).contains("Recorded for cats@1.");
    JsonNode shown = json(colours.run("module show cats@1 --registry TMP/reg --json"));
    Set<String> data = new HashSet<>();
    shown
        .path("evaluations")
        .forEach(
            one -> {
              assertThat(one.path("scores").has("exactMatch")).isTrue();
              data.add(one.path("data").textValue());
            });
    assertThat(data).containsExactlyInAnyOrder("one.jsonl", "data");
  }

  @Test
  void ofFewPromptsAllAreLearntFrom() throws IOException {
    JsonNode json = json(colours.run("data check TMP/few.jsonl --base BASE --json"));
    assertThat(json.path("split").isNull()).isTrue();
    assertThat(json.path("splits")).hasSize(1);
    json(colours.compute(TUNE.replace("one", "few") + "--out TMP/few --quiet --json"));
    Cli refused = colours.run("evaluate --adapter TMP/few --data TMP/few.jsonl");
    assertThat(refused.err())
        .isEqualTo(
            temporary.resolve("few.jsonl")
                + ": must have at least 30 different prompts, or groups, for test rows to be held"
                + " out, got 29\n");
    assertThat(refused.code()).isEqualTo(ExitCode.USER);
    Cli train =
        colours.compute("evaluate --adapter TMP/few --data TMP/few.jsonl --split train --json");
    assertThat(json(train).path("rows").intValue()).isEqualTo(58);
  }
}
