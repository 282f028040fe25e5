package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
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

/** What rows of prompt and completion are said to be; each z is a token of the tiny decoder. */
final class DataCheckPromptsTest {
  @TempDir static Path temporary;
  private static Path base;
  private static Path encoder;

  @BeforeAll
  static void makeFiles() throws IOException {
    base = TinyDecoder.folder(temporary);
    encoder = TinyBase.folder(temporary.resolve("encoder"));
    write("train", row("zz", "z"), row("zzzzz", "zz"), row("zz", "zzz"), row("zz", "z"));
    write("validation", row("zzz", "z"));
    write("test", row(" zz ", "zzzz"), row("zzzzzzzz", "zz"), row("z", "z".repeat(20)));
    Path bad = Files.createDirectories(temporary.resolve("bad"));
    Files.writeString(
        bad.resolve("train.jsonl"), row("a", "b") + "\n{\"prompt\": \"c\", \"completion\": \" \"}");
  }

  private static String row(String prompt, String completion) {
    return "{\"prompt\": \"" + prompt + "\", \"completion\": \"" + completion + "\"}";
  }

  private static void write(String split, String... rows) throws IOException {
    Path data = Files.createDirectories(temporary.resolve("data"));
    Files.write(data.resolve(split + ".jsonl"), List.of(rows));
  }

  private static Cli haori(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(
          word.replace("BASE", base.toString())
              .replace("ENCODER", encoder.toString())
              .replace("TMP", temporary.toString()));
    }
    return Cli.run(words.toArray(String[]::new));
  }

  /** A prompt has a token that begins it, a completion one that ends it. */
  @Test
  void rowsLengthsCutsDuplicatesAndLeaksAreShown() {
    Cli run = haori("data check TMP/data --base BASE --max-length 10");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .filteredOn(line -> !line.startsWith("─"))
        .containsExactly(
            "split rows longest prompt longest completion longest cut repeated",
            "train 4 6 4 9 0 (0.0 %) 1",
            "validation 1 4 2 6 0 (0.0 %) 0",
            "test 3 9 21 23 2 (66.7 %) 0",
            "Lengths are tokens of " + base + "; rows of more than 10 are cut.",
            "",
            "Warning: there are 3 different training rows; learning takes at least 16.",
            "Warning: 1 of 3 test prompts are prompts of training rows, whose completions a decoder"
                + " may know by heart: test.jsonl:1 = train.jsonl:1.",
            "Warning: 2 of 3 test rows are longer than 10 tokens, and their prompts lose the"
                + " beginning; the longest has 23 (--max-length reads more): test.jsonl:2,"
                + " test.jsonl:3.",
            "Warning: 1 of 3 test completions are longer than 10 tokens allow, and lose their end:"
                + " test.jsonl:3.",
            "Warning: 1 training rows have the prompt of another with another completion:"
                + " train.jsonl:3 and train.jsonl:1.",
            "Warning: 1 of 4 training rows repeat the prompt and completion of an earlier one:"
                + " train.jsonl:4.");
  }

  @Test
  void theSameIsThereForPrograms() throws IOException {
    JsonNode json =
        new ObjectMapper()
            .readTree(haori("data check TMP/data --base BASE --max-length 10 --json").out());

    assertThat(json.at("/kind").asText()).isEqualTo("prompts");
    assertThat(json.at("/maxLength").asInt()).isEqualTo(10);
    JsonNode test = json.at("/splits/2");
    assertThat(test.at("/name").asText()).isEqualTo("test");
    assertThat(test.at("/rows").asInt()).isEqualTo(3);
    assertThat(test.at("/longestPromptTokens").asInt()).isEqualTo(9);
    assertThat(test.at("/longestCompletionTokens").asInt()).isEqualTo(21);
    assertThat(test.at("/longestTokens").asInt()).isEqualTo(23);
    assertThat(test.at("/cut").asInt()).isEqualTo(2);
    assertThat(test.at("/cutCompletions").asInt()).isEqualTo(1);
    assertThat(test.at("/unknownTokens").asInt()).isZero();
    assertThat(json.at("/warnings").findValuesAsText("kind"))
        .containsExactly(
            "few-rows",
            "test-in-training",
            "cut",
            "cut-completions",
            "contradictions",
            "duplicates");
  }

  /** Without a length it is the usual one, or what the base reads where that is less. */
  @Test
  void aSingleFileIsAllLearntFrom() throws IOException {
    Cli run = haori("data check TMP/data/validation.jsonl --base BASE --json");

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.at("/maxLength").asInt()).isEqualTo(128);
    assertThat(json.at("/splits")).hasSize(1);
    assertThat(json.at("/splits/0/name").asText()).isEqualTo("train");
    assertThat(json.at("/splits/0/tokens").asInt()).isEqualTo(6);
    assertThat(json.at("/warnings").findValuesAsText("kind")).containsExactly("few-rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data check TMP/data                                 | --base must be given for rows of prompt and completion as in TMP/data/train.jsonl, got nothing
          data check TMP/data --base ENCODER                  | --base must be a decoder, which learns to write the completions of TMP/data/train.jsonl, got ENCODER, an encoder (bert)
          data check TMP/data --base BASE --max-length 400    | --max-length must be at most 128 for the base BASE, got 400
          data check TMP/data --base BASE --labels TMP/labels | --labels must be left out for rows of prompt and completion, got TMP/labels
          data check TMP/bad --base BASE                      | TMP/bad/train.jsonl:2: completion must not be blank
          tune --data TMP/data --base BASE --method lora --out TMP/o | TMP/data/train.jsonl: must have at least 16 different rows to learn answers from, got 3
          compare --data TMP/data --base BASE --methods lora,dora --out TMP/o | TMP/data/train.jsonl: must have at least 16 different rows to learn answers from, got 3
          """)
  void aMistakeIsOneSentence(String line, String sentence) {
    Cli run = haori(line);

    assertThat(run.err())
        .isEqualTo(
            sentence
                    .replace("BASE", base.toString())
                    .replace("ENCODER", encoder.toString())
                    .replace("TMP", temporary.toString())
                + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
