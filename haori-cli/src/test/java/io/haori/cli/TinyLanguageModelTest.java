package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoder that is made from nothing, as a user meets it. */
final class TinyLanguageModelTest {
  @TempDir static Path temporary;

  private static Cli haori(String line) {
    return Cli.run(
        List.of((line + " --precision fp32 --threads 1").split(" ", -1)).stream()
            .map(word -> word.replace("TMP", temporary.toString()).replace('~', ' '))
            .toArray(String[]::new));
  }

  @Test
  void itLearnsIsAnOrdinaryFolderAndSpeaks() throws IOException {
    Cli run = haori("data tiny-lm --size pico --epochs 3 --out TMP/tiny --quiet --json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    double start = json.path("perplexityAtStart").doubleValue();
    assertThat(start).isBetween(400.0, 700.0);
    assertThat(json.path("perplexity").doubleValue()).isLessThan(start / 3);
    assertThat(json.path("samples")).hasSize(3);
    assertThat(json.path("parameters").longValue())
        .isEqualTo(512 * 32 + 2 * (4096 + 6144 + 64) + 32);

    Path folder = temporary.resolve("tiny");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json",
              "haori-run.json",
              "model.safetensors",
              "tokenizer.json",
              "tokenizer_config.json");
    }
    Cli written = haori("generate --base TMP/tiny --prompt dog: --max-tokens 5 --quiet --json");
    assertThat(new ObjectMapper().readTree(written.out()).path("tokens").intValue()).isPositive();
    Cli chat =
        Cli.runWithInput(
            "What does \"dog\" mean?\n",
            "chat",
            "--base",
            folder.toString(),
            "--max-tokens",
            "5",
            "--quiet",
            "--json");
    assertThat(chat.err()).isEmpty();
    assertThat(new ObjectMapper().readTree(chat.out()).path("answers")).hasSize(1);

    Cli again = haori("data tiny-lm --size pico --out TMP/tiny --quiet");
    assertThat(again.code()).isEqualTo(ExitCode.USER);
    assertThat(again.err()).contains("--force replaces what Haori wrote there");
  }

  @Test
  void theSameSeedMakesTheSame() throws IOException {
    haori("data tiny-lm --size pico --out TMP/one --quiet");
    haori("data tiny-lm --size pico --out TMP/two --quiet");
    byte[] one = Files.readAllBytes(temporary.resolve("one/model.safetensors"));
    assertThat(Files.readAllBytes(temporary.resolve("two/model.safetensors"))).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --size huge          | --size must be small, nano or pico, got huge
          --size pico --epochs 0 | --epochs must be at least 1, got 0
          --size pico --base minilm | --base must be left out: the base is made here, got minilm
          """)
  void aMistakeIsOneSentence(String options, String sentence) {
    Cli run = haori("data tiny-lm " + options + " --out TMP/never");
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("never")).doesNotExist();
  }
}
