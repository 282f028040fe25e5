package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
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

/** Rows of messages, which a decoder reads by its chat template, as a user meets them. */
final class MessagesTest {
  private static final List<String> ANIMALS = List.of("cat", "cow", "hen");
  private static final List<String> COLOURS = List.of("red", "green", "black");
  private static final List<String> PLACES =
      List.of("at home", "in town", "here", "there", "now", "then", "outside", "inside");

  @TempDir static Path temporary;

  @BeforeAll
  static void makeFiles() throws IOException {
    Path base = TinyDecoder.folder(temporary);
    Path bare = Golden.copy("models/tiny-llama", temporary.resolve("bare"));
    Files.delete(bare.resolve("chat_template.jinja"));
    assertThat(base.resolve("chat_template.jinja")).exists();
    Path data = Files.createDirectories(temporary.resolve("data"));
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (String place : split.equals("train") ? PLACES : List.of("here")) {
        for (int i = 0; i < ANIMALS.size(); i++) {
          lines.add(row(ANIMALS.get(i) + " " + place, COLOURS.get(i)));
        }
      }
      Files.write(data.resolve(split + ".jsonl"), lines);
    }
  }

  /** Two answers. */
  private static String row(String animal, String colour) {
    return ("{'messages': [{'role': 'user', 'content': 'A %s is'}, {'role': 'assistant', 'content':"
            + " '%s.'}, {'role': 'user', 'content': 'So the %s is?'}, {'role': 'assistant',"
            + " 'content': 'It is %s'}]}")
        .formatted(animal, colour, animal.replaceFirst(" .*", ""), colour)
        .replace('\'', '"');
  }

  private static Cli haori(String line) {
    return haori("", line);
  }

  private static Cli haori(String stdin, String line) {
    List<String> words = new ArrayList<>();
    for (String word : (line + " --precision fp32 --threads 1").split(" ", -1)) {
      words.add(
          word.replace("BASE", temporary.resolve("models/tiny-llama").toString())
              .replace("BARE", temporary.resolve("bare/models/tiny-llama").toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.runWithInput(stdin, words.toArray(String[]::new));
  }

  @Test
  void everyAnswerIsLearntScoredAndWritten() throws IOException {
    Cli run =
        haori(
            "tune --data TMP/data --base BASE --method lora --targets all-linear --lr 5e-3"
                + " --epochs 40 --batch-size 8 --out TMP/out --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.at("/validation/perplexity").doubleValue())
        .isLessThan(json.at("/validation/perplexityOfBase").doubleValue() / 4);
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);

    Cli scored = haori("evaluate --adapter TMP/out --data TMP/data --split validation --json");
    assertThat(new ObjectMapper().readTree(scored.out()).at("/scores/exactMatch").doubleValue())
        .isEqualTo(1);

    Path asked = temporary.resolve("asked.jsonl");
    Files.write(
        asked,
        List.of(
            "{\"messages\": [{\"role\": \"user\", \"content\": \"A cow there is\"}]}",
            row("hen now", "black")));
    Cli written = haori("generate --adapter TMP/out --input TMP/asked.jsonl --quiet");
    assertThat(written.err()).isEmpty();
    List<String> lines = written.out().lines().toList();
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.path("text").textValue().strip()).isEqualTo("green.");
    assertThat(first.at("/messages/0/content").textValue()).isEqualTo("A cow there is");
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.path("text").textValue().strip()).isEqualTo("It is black");
    assertThat(second.path("messages")).hasSize(3);
  }

  @Test
  void dataCheckCountsThem() throws IOException {
    Cli run = haori("data check TMP/data --base BASE --json");
    assertThat(run.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("kind").textValue()).isEqualTo("prompts");
    assertThat(json.at("/splits/0/rows").intValue()).isEqualTo(24);
    assertThat(json.at("/splits/0/longestCompletionTokens").intValue()).isPositive();
    assertThat(json.path("warnings").toString())
        .contains("test-in-training", "3 of 3 test prompts are prompts of training rows");
  }

  @Test
  void conversationsAreACorpus() throws IOException {
    Cli run =
        haori(
            "pretrain --base BASE --corpus talk=TMP/data/train.jsonl --epochs 1 --out TMP/modules"
                + " --quiet --json");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.at("/domains/0/lossEnd").doubleValue())
        .isLessThan(json.at("/domains/0/lossStart").doubleValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [U, U]       | messages must be perhaps one of the system, then of user and assistant in turn, got user at position 2
          []           | messages must have at least one of the user, got none
          [U]          | messages must end with one of the assistant, which is learnt
          "x"          | messages must be a list, got a text
          [{"role": "robot", "content": "x"}] | messages must have a role, one of system, user, assistant, tool, got robot at position 1
          null         | messages is missing
          """)
  void aMistakeInARowIsNamedByItsLine(String messages, String sentence) throws IOException {
    Path bad = Files.createDirectories(temporary.resolve("bad"));
    String given = messages.replace("U", "{\"role\": \"user\", \"content\": \"u\"}");
    Files.write(
        bad.resolve("train.jsonl"), List.of(row("a", "b"), "{\"messages\": " + given + "}"));
    Cli run = haori("tune --data TMP/bad --base BASE --method lora --out TMP/never --quiet");
    assertThat(run.err()).isEqualTo(bad.resolve("train.jsonl") + ":2: " + sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("never")).doesNotExist();
  }

  @Test
  void aBaseWithoutAChatTemplateIsOneSentence() {
    String sentence =
        temporary.resolve("bare/models/tiny-llama/tokenizer.json")
            + ": must have a chat template for messages (chat_template in tokenizer_config.json, or"
            + " chat_template.jinja beside it), got none\n";
    for (String line :
        List.of(
            "tune --data TMP/data --base BARE --method lora --out TMP/never --quiet",
            "data check TMP/data --base BARE",
            "generate --base BARE --input TMP/data/test.jsonl --quiet")) {
      Cli run = haori(line);
      assertThat(run.err()).as(line).isEqualTo(sentence);
      assertThat(run.code()).isEqualTo(ExitCode.USER);
    }
  }

  /** A base of llama.cpp's is learnt on and asked as a folder is. */
  @Test
  void aFileOfLlamaCppIsABase() throws IOException {
    Path gguf = Golden.file("gguf/tiny-llama-q8_0.gguf", temporary);
    Cli plain = haori("generate --base " + gguf + " --prompt The~red --quiet");
    assertThat(plain.out()).isEqualTo(" bee is red.\n");
    Cli run =
        haori(
            "tune --data TMP/data --base "
                + gguf
                + " --base-precision int4 --method lora --epochs 1 --out TMP/ofgguf --quiet");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    Cli asked = haori("chat --adapter TMP/ofgguf --max-tokens 3 --quiet");
    assertThat(asked.code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void messagesOfAPromptFileAreNamedByTheirLine() {
    Cli run =
        haori(
            "{\"prompt\": \"a\"}\n{\"messages\": []}\n",
            "generate --base BASE --input - --input-format jsonl");
    assertThat(run.err())
        .isEqualTo("stdin:2: messages must have at least one of the user, got none\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
