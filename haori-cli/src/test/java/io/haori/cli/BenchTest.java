package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What this machine does, as a user asks for it; how quick it is, no test says. */
final class BenchTest {
  @TempDir Path temporary;
  private Path base;

  @BeforeEach
  void makeBase() {
    base = TinyBase.folder(temporary.resolve("base"));
  }

  private Cli bench(String options) {
    String line = "bench --base " + base + " " + options;
    return Cli.runWith(Map.of(), line.strip().split(" +"));
  }

  @Test
  void everyPrecisionIsTimedWithEachNumberOfThreads() throws IOException {
    int before = Engine.threads();
    JsonNode result;
    try {
      Cli run = bench("--repeats 1 --threads 2 --json --quiet");
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isEqualTo(ExitCode.DONE);
      result = new ObjectMapper().readTree(run.out());
      assertThat(Engine.threads()).isEqualTo(2);
    } finally {
      Engine.setThreads(before);
    }

    assertThat(result.path("command").textValue()).isEqualTo("bench");
    assertThat(result.path("runs").findValuesAsText("precision"))
        .containsExactly("fp32", "fp32", "bf16", "bf16");
    assertThat(result.path("runs").findValuesAsText("threads")).containsExactly("1", "2", "1", "2");
    // q, k and v as one, the output of attention, up, down: each for short and for long texts.
    assertThat(result.path("products")).hasSize(4 * 4 * 2);
    assertThat(result.path("products").get(0).toString())
        .startsWith(
            "{\"rows\":416,\"inputs\":32,\"outputs\":96,\"precision\":\"fp32\",\"threads\":1,"
                + "\"milliseconds\":");
    for (JsonNode product : result.path("products")) {
      assertThat(product.path("milliseconds").doubleValue()).isPositive();
    }
    assertThat(result.path("chosen").path("threads").intValue()).isIn(1, 2);
    assertThat(result.path("options").textValue())
        .isEqualTo(
            "--precision %s --threads %d"
                .formatted(
                    result.path("chosen").path("precision").textValue(),
                    result.path("chosen").path("threads").intValue()));
    assertThat(result.path("reasons")).isNotEmpty();
  }

  @Test
  void aPersonReadsATableAndSentences() {
    Cli run = bench("--repeats 1 --threads 1 --precision fp32 --quiet");

    assertThat(run.out())
        .startsWith("Processor: ")
        .contains("\nproduct of 4096 × 32 × 64", "\ntraining step of " + base + ", 1,280 tokens")
        .contains("\nChosen: fp32 and 1 thread (--precision fp32 --threads 1)\n")
        .endsWith("  Commands take fp32 and 1 thread by themselves.\n")
        .doesNotContain("bf16 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --repeats 0     | --repeats must be at least 1, got 0
          --threads 0     | --threads must be at least 1, got 0
          """)
  void aMistakeIsOneSentence(String options, String sentence) {
    Cli run = bench(options);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip()).isEqualTo(sentence);
  }
}
