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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A conversation with a decoder, as a user meets it. */
final class ChatTest {
  @TempDir static Path temporary;

  @BeforeAll
  static void makeBases() throws IOException {
    TinyDecoder.folder(temporary);
    TinyBase.folder(temporary);
    Path bare = Golden.copy("models/tiny-llama", temporary.resolve("bare"));
    Files.delete(bare.resolve("chat_template.jinja"));
  }

  private static Cli chat(String stdin, String options) {
    List<String> words = new ArrayList<>();
    for (String word :
        ("chat " + options.strip() + " --precision fp32 --threads 1").split(" ", -1)) {
      words.add(
          word.replace("BASE", temporary.resolve("models/tiny-llama").toString())
              .replace("BARE", temporary.resolve("bare/models/tiny-llama").toString())
              .replace("ENCODER", temporary.resolve("models/bert-classification").toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.runWithInput(stdin.replace('~', '\n'), words.toArray(String[]::new));
  }

  private static JsonNode answers(String stdin, String options) throws IOException {
    Cli run = chat(stdin, "--base BASE --max-tokens 4 --quiet --json " + options);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out()).path("answers");
  }

  @Test
  void linesAreAnsweredInTheirOrder() {
    Cli run = chat("A cat is~~The red~", "--base BASE --max-tokens 8");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    assertThat(lines.get(0)).isNotBlank().doesNotStartWith(" ");
    assertThat(run.err()).matches("2 answers of \\d+ tokens(, [\\d,.]+ a second)?\n");
    assertThat(chat("A cat is~", "--base BASE --max-tokens 8").err())
        .matches("1 answer of \\d+ tokens(, [\\d,.]+ a second)?\n");
  }

  @Test
  void whatWasSaidCountsUntilItIsForgotten() throws IOException {
    JsonNode said = answers("A cat is~A cat is~/reset~A cat is~/quit~A cat is~", "");
    assertThat(said).hasSize(3);
    int first = said.get(0).path("promptTokens").intValue();
    assertThat(said.get(1).path("promptTokens").intValue()).isGreaterThan(first + 4);
    assertThat(said.get(2).path("promptTokens").intValue()).isEqualTo(first);
    assertThat(said.get(2).path("text")).isEqualTo(said.get(0).path("text"));
    assertThat(said.get(0).path("question").textValue()).isEqualTo("A cat is");
  }

  @Test
  void theSystemSaysWhatTheAssistantIs() throws IOException {
    int plain = answers("A cat is~", "").get(0).path("promptTokens").intValue();
    JsonNode option = answers("A cat is~/system~A cat is~", "--system The~red~bee");
    JsonNode command = answers("/system The red bee~A cat is~/reset~A cat is~", "");
    assertThat(option.get(0).path("promptTokens").intValue()).isGreaterThan(plain);
    assertThat(option.get(1).path("promptTokens").intValue()).isEqualTo(plain);
    assertThat(command.get(0)).isEqualTo(option.get(0));
    assertThat(command.get(1)).isEqualTo(option.get(0));
  }

  @Test
  void aLineMayContinueAndMayBeginWithASlash() throws IOException {
    JsonNode said = answers("A\\~cat~//quit~", "");
    assertThat(said.get(0).path("question").textValue()).isEqualTo("A\ncat");
    assertThat(said.get(1).path("question").textValue()).isEqualTo("/quit");
  }

  @Test
  void drawsAreThoseOfTheSeed() throws IOException {
    String options = "--temperature 3 --seed ";
    JsonNode one = answers("A cat is~The hen~", options + 1);
    assertThat(answers("A cat is~The hen~", options + 1)).isEqualTo(one);
    assertThat(answers("A cat is~The hen~", options + 2)).isNotEqualTo(one);
  }

  /** 128 positions hold few messages: the oldest are no longer read. */
  @Test
  void aLongConversationIsReadWithoutItsBeginning() {
    String line = "The red bee is green at home in town.~";
    Cli run = chat(line.repeat(6) + "x".repeat(200) + "~A cat~", "--base BASE --max-tokens 3");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .contains("The base has no room for all that was said: the first 2 messages are not read.")
        .contains("prompt must be at most 127 tokens, one less than the base has positions, got 2");
    assertThat(run.out().lines().count()).isGreaterThanOrEqualTo(7);
  }

  @Test
  void aMisspeltCommandIsNamed() {
    Cli run = chat("/rest~/help~", "--base BASE");
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "There is no command \"/rest\"; did you mean \"/reset\"? There are \"/help\","
                + " \"/quit\", \"/reset\", \"/system\"\n"
                + "/reset forgets what was said; /system TEXT says what the assistant is to be;"
                + " /quit ends. // begins a message with /\n");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --quiet                         | --base is missing: haori chat needs it, or --adapter
          --base ENCODER                  | --base must be a decoder, which writes text, got ENCODER, an encoder (bert)
          --base BARE                     | BARE/tokenizer.json: must have a chat template for messages (chat_template in tokenizer_config.json, or chat_template.jinja beside it), got none
          --base BASE --temperature -1    | --temperature must be at least 0 and at most 100, got -1.0
          --base BASE --max-tokens 0      | --max-tokens must be at least 1, got 0
          """)
  void aMistakeIsOneSentence(String options, String sentence) {
    Cli run = chat("A cat is~", options);
    assertThat(run.err())
        .isEqualTo(
            sentence
                    .replace("ENCODER", temporary.resolve("models/bert-classification").toString())
                    .replace("BARE", temporary.resolve("bare/models/tiny-llama").toString())
                + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
