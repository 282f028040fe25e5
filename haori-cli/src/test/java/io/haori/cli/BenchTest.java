package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.tensor.Processor;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void everyPrecisionIsTimed() throws IOException {
    Cli run = bench("--repeats 1 --threads 1 --json --quiet");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.path("command").textValue()).isEqualTo("bench");
    // What no instruction makes fast is left out.
    List<String> precisions = new ArrayList<>(List.of("fp32"));
    if (Processor.bf16IsFast()) {
      precisions.add("bf16");
    }
    if (Processor.int8IsFast()) {
      precisions.add("int8");
    }
    assertThat(result.path("runs").findValuesAsText("precision")).isEqualTo(precisions);
    assertThat(result.path("runs").findValuesAsText("threads")).containsOnly("1");
    // q, k and v as one, the output of attention, up, down: each for short and for long texts.
    assertThat(result.path("products")).hasSize(4 * 2 * precisions.size());
    assertThat(result.path("products").get(0).toString())
        .startsWith(
            "{\"rows\":416,\"inputs\":32,\"outputs\":96,\"precision\":\"fp32\",\"threads\":1,"
                + "\"milliseconds\":");
    for (JsonNode product : result.path("products")) {
      assertThat(product.path("milliseconds").doubleValue()).isPositive();
    }
    assertThat(result.path("options").textValue())
        .isEqualTo(
            "--%sprecision %s --threads %d"
                .formatted(
                    result.path("chosen").path("precision").textValue().equals("int8")
                        ? "base-"
                        : "",
                    result.path("chosen").path("precision").textValue(),
                    result.path("chosen").path("threads").intValue()));
    assertThat(result.path("reasons")).isNotEmpty();
    assertThat(result.path("writing")).isEmpty();
  }

  @Test
  void aDecoderIsTimedWritingInFewerBitsAsWell() throws IOException {
    base = TinyDecoder.folder(temporary.resolve("decoder"));
    Cli run = bench("--repeats 1 --threads 1 --json --quiet");

    assertThat(run.err()).isEmpty();
    JsonNode result = new ObjectMapper().readTree(run.out());
    String dense = Processor.bf16IsFast() ? "bf16" : "fp32";
    assertThat(result.path("writing").findValuesAsText("precision"))
        .containsExactly(dense, dense, "int8", "int8", "int4", "int4");
    assertThat(result.path("writing").findValuesAsText("texts"))
        .containsExactly("1", "16", "1", "16", "1", "16");
    for (JsonNode time : result.path("writing")) {
      assertThat(time.path("milliseconds").doubleValue()).isPositive();
    }
    List<String> reasons = new ArrayList<>();
    result.path("reasons").forEach(reason -> reasons.add(reason.textValue()));
    assertThat(reasons.get(reasons.size() - 1))
        .matches("A text is written fastest with (bf16|fp32|int8|int4) and 1 thread: .*");
    assertThat(bench("--repeats 1 --threads 1 --base-precision int4 --quiet").out())
        .contains("\nfurther token of a text ", "\nfurther token of 16 texts ");
  }

  @Test
  void whatIsAskedForIsTriedAlone() throws IOException {
    Cli run =
        bench("--repeats 1 --threads 1 --base-precision int8 --precision fp32 --json --quiet");

    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.path("runs").findValuesAsText("precision")).containsExactly("int8");
    assertThat(result.path("options").textValue()).isEqualTo("--base-precision int8 --threads 1");
    assertThat(result.path("automatic")).isEqualTo(result.path("chosen"));
  }

  @Test
  void aPersonReadsATableAndSentences() {
    Cli run = bench("--repeats 1 --threads 1 --precision fp32 --quiet");

    assertThat(run.out())
        .startsWith("Processor: ")
        .contains("\nproduct of 4096 × 32 × 64", "\ntraining step of " + base + ", 1,280 tokens")
        .contains("\nChosen: fp32 and 1 thread (--precision fp32 --threads 1)\n")
        .contains("\n  Commands take fp32 and 1 thread by themselves.\n")
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
