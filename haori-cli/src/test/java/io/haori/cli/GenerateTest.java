package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text that a decoder writes on, as a user meets it. */
final class GenerateTest {
  private static final String RUN = " --precision fp32 --threads 1";

  @TempDir Path temporary;
  private Path decoder;
  private Path encoder;

  @BeforeEach
  void makeBases() {
    decoder = TinyDecoder.folder(temporary.resolve("decoder"));
    encoder = TinyBase.folder(temporary.resolve("encoder"));
    Golden.copy("adapters/bert-lora-qv", temporary);
  }

  private Cli haori(String line) {
    return haori("A cat is", line);
  }

  private Cli haori(String stdin, String line) {
    List<String> words = new ArrayList<>();
    for (String word : (line + RUN).split(" ", -1)) {
      words.add(
          word.replace("DECODER", decoder.toString())
              .replace("ENCODER", encoder.toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.runWithInput(stdin, words.toArray(String[]::new));
  }

  @Test
  void aPromptIsWrittenOn() {
    Cli run = haori("generate --base DECODER --prompt The~red");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).isEqualTo(" bee is red.\n");
    assertThat(run.err())
        .matches("8 tokens from a prompt of 7(, [\\d,.]+ a second)?, ended by the base\n");
  }

  @Test
  void jsonHasTheTextAndWhatItTook() throws IOException {
    Cli run =
        haori("generate --base DECODER --prompt - --stop ~that --max-tokens 40 --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("command").textValue()).isEqualTo("generate");
    assertThat(json.path("text").textValue()).isEqualTo(" a small animal");
    assertThat(json.path("end").textValue()).isEqualTo("stop");
    assertThat(json.path("promptTokens").intValue()).isEqualTo(5);
    assertThat(json.path("tokens").intValue()).isPositive();
    assertThat(json.has("tokensPerSecond")).isTrue();
  }

  /** The second prompt ends first; the fourth begins when the first two have ended. */
  @Test
  void promptsOfAFileAreWrittenOnInTheirOrder() throws IOException {
    Path file = temporary.resolve("prompts.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "A cat is"}
        {"id": 7, "prompt": "The red"}

        {"prompt": "Caffè für", "completion": "not read"}
        {"prompt": "The red"}
        """);
    Cli run = haori("generate --base DECODER --input TMP/prompts.jsonl --batch-size 2");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .isEqualTo(
            """
            {"line":1,"prompt":"A cat is","text":" a small animal that says meow.","tokens":22,"promptTokens":5,"end":"token"}
            {"line":2,"prompt":"The red","text":" bee is red.","tokens":8,"promptTokens":7,"end":"token"}
            {"line":4,"prompt":"Caffè für","text":" bee: 日本 🙂 €5.","tokens":12,"promptTokens":4,"end":"token"}
            {"line":5,"prompt":"The red","text":" bee is red.","tokens":8,"promptTokens":7,"end":"token"}
            """);
    assertThat(run.err()).endsWith("a second\n").contains("50 tokens from 4 prompts");
  }

  @Test
  void promptsOfStdinAreLines() throws IOException {
    Cli run =
        haori(
            "The red\n\nA cat is\n",
            "generate --base DECODER --input - --max-tokens 3 --quiet --json");
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.path("line").intValue()).isEqualTo(3);
    assertThat(second.path("end").textValue()).isEqualTo("length");
    JsonNode all = new ObjectMapper().readTree(lines.get(2));
    assertThat(all.path("command").textValue()).isEqualTo("generate");
    assertThat(all.path("rows").intValue()).isEqualTo(2);
    assertThat(all.path("tokens").intValue()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt": "a"}~{"text": "b"}     | stdin:2: has no key "prompt"; there is "text"
          {"prompt": "a"}~{"prompt": 3}     | stdin:2: prompt must be a string
          {"prompt": "a"}~{"prompt": " "}   | stdin:2: prompt must not be blank
          ~                                 | stdin: must have at least one prompt, found none
          {"prompt": "a"}~{"prompt": "LONG"} | stdin:2: prompt must be at most 127 tokens, one less than the base has positions, got 128
          """)
  void aWrongPromptIsNamedByItsLine(String rows, String sentence) {
    Cli run =
        haori(
            rows.replace('~', '\n').replace("LONG", "a".repeat(127)),
            "generate --base DECODER --input - --input-format jsonl");
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          generate --prompt a                                 | --base is missing: haori generate needs it, or --adapter
          generate --base ENCODER --prompt a                  | --base must be a decoder, which writes text, got ENCODER, an encoder (bert)
          generate --base DECODER                             | --prompt is missing: haori generate needs it, or --input
          generate --base DECODER --prompt a --input -        | --prompt must be left out with --input, got a
          generate --base DECODER --prompt a --batch-size 2   | --batch-size must be left out without --input, got 2
          generate --base DECODER --prompt a --input-format txt | --input-format must be left out without --input, got txt
          generate --base DECODER --input - --batch-size 0    | --batch-size must be at least 1, got 0
          generate --base DECODER --input - --input-format pdf | --input-format must be one of jsonl, csv, tsv, txt, xlsx, got pdf
          generate --base DECODER --prompt a --max-tokens 0   | --max-tokens must be at least 1, got 0
          generate --base DECODER --prompt a --temperature -1 | --temperature must be at least 0 and at most 100, got -1.0
          generate --base DECODER --prompt a --top-k -1       | --top-k must be at least 0, got -1
          generate --base DECODER --prompt a --top-p 0        | --top-p must be above 0 and at most 1, got 0.0
          generate --base DECODER --prompt a --min-p 1        | --min-p must be at least 0 and below 1, got 1.0
          generate --base DECODER --prompt a --repetition-penalty 0 | --repetition-penalty must be above 0 and at most 100, got 0.0
          generate --base DECODER --prompt a --stop=          | --stop must be a string of at least one character, got an empty one
          generate --adapter TMP/none --prompt a              | TMP/none: must be the folder of a decoder's module, but nothing is there
          generate --adapter TMP/encoder --prompt a           | TMP/encoder: must be an adapter folder with haori.json or adapter_config.json, found neither
          generate --adapter TMP/adapters/bert-lora-qv --base DECODER --prompt a | --adapter must be a module without a task's head, which answers with labels (haori predict), got TMP/adapters/bert-lora-qv
          """)
  void aMistakeIsOneSentence(String line, String sentence) {
    Cli run = haori(line);
    assertThat(run.err())
        .isEqualTo(
            sentence.replace("ENCODER", encoder.toString()).replace("TMP", temporary.toString())
                + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
