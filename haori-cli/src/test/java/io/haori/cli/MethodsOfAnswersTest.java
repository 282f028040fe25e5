package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever method learns to answer, its module is asked, scored and kept like any other. */
final class MethodsOfAnswersTest {
  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeRows() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here"));
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  @ParameterizedTest
  @CsvSource({
    "bottleneck, --lr 5e-3 --epochs 40, module.safetensors",
    "full, --lr 1e-3 --epochs 20, base.safetensors",
    "bidora, --lr 5e-3 --epochs 30 --targets all-linear, adapter_model.safetensors",
    "modular, --lr 5e-3 --epochs 40 --targets all-linear, adapter_model.safetensors",
  })
  void answersAreLearntScoredStoredAndWritten(String method, String options, String file)
      throws IOException {
    String out = "TMP/" + method;
    JsonNode learnt =
        json(
            colours.compute(
                "tune --data TMP/data --base BASE --method %s %s --batch-size 8 --out %s --quiet --json"
                    .formatted(method, options, out)));
    assertThat(learnt.path("method").textValue()).isEqualTo(method);
    assertThat(learnt.at("/validation/perplexity").doubleValue())
        .isLessThan(learnt.at("/validation/perplexityOfBase").doubleValue() / 4);
    assertThat(learnt.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(temporary.resolve(method).resolve(file)).exists();

    assertThat(
            colours.compute("generate --adapter " + out + " --prompt A~cow~there~is --quiet").out())
        .isEqualTo(" green.\n");
    JsonNode scored =
        json(
            colours.compute(
                "evaluate --adapter "
                    + out
                    + " --data TMP/data --split validation --quiet --json"));
    assertThat(scored.at("/scores/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(scored.path("loss").doubleValue())
        .isCloseTo(learnt.at("/validation/loss").doubleValue(), within(1e-4));

    Cli predicted = colours.run("predict --adapter " + out + " --input TMP/data/test.jsonl");
    assertThat(predicted.err())
        .endsWith(
            ": must be an adapter with a task's head, got a decoder's module, which writes text"
                + " (haori generate, haori evaluate); mix it for a task: haori mix --modules "
                + temporary.resolve(method)
                + " --data DIR --out DIR\n");
    assertThat(predicted.code()).isEqualTo(ExitCode.USER);
    Cli added = colours.run("module add " + out + " --name " + method + " --registry TMP/registry");
    assertThat(added.code()).as(added.err()).isEqualTo(ExitCode.DONE);
    assertThat(
            colours
                .compute(
                    "generate --adapter reg:"
                        + method
                        + " --registry TMP/registry --prompt A~cow~there~is --quiet")
                .out())
        .isEqualTo(" green.\n");
  }

  /** Its stored weights are floats, which would take the place of the integers. */
  @Test
  void aBaseInFewerBitsIsRefusedForAModuleThatHasAllOfItsWeights() {
    Cli made =
        colours.compute(
            "tune --data TMP/data/train.jsonl --base BASE --method full --epochs 1 --quiet --out"
                + " TMP/trained-whole");
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    String refused =
        "--base-precision must be auto, fp32 or bf16 for the method full, which trains the base"
            + " itself, got int8\n";
    for (String line :
        List.of(
            "generate --adapter TMP/trained-whole --prompt A~cow",
            "evaluate --adapter TMP/trained-whole --data TMP/data",
            "embed --adapter TMP/trained-whole --input TMP/data/train.jsonl --text-column"
                + " prompt")) {
      Cli run = colours.run(line + " --base-precision int8");
      assertThat(run.messages()).as(line).isEqualTo(refused);
      assertThat(run.code()).isEqualTo(ExitCode.USER);
    }
  }

  /** Only of LoRA's kind are the updates that PEFT and llama.cpp have a form for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bottleneck | peft   | --format must be another one for the method bottleneck, for which PEFT has no form, got peft
          bottleneck | merged | method of a merged base must be a change of its weights, got bottleneck, whose function between two matrices no weight can hold
          bottleneck | gguf   | method of a merged base must be a change of its weights, got bottleneck, whose function between two matrices no weight can hold
          full       | peft   | --format must be another one for the method full, for which PEFT has no form, got peft
          full       | gguf   | --format must be merged for the method full, which has no updates of single layers, got gguf
          """)
  void aFormThatAMethodDoesNotHaveIsRefused(String method, String format, String sentence) {
    String out = "TMP/small-" + method;
    if (!Files.exists(temporary.resolve("small-" + method))) {
      Cli made =
          colours.compute(
              "tune --data TMP/data/train.jsonl --base BASE --method %s --epochs 1 --quiet --out %s"
                  .formatted(method, out));
      assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    }
    String place = " --out TMP/export-" + method + "-" + format;
    Cli run = colours.compute("export --adapter " + out + " --format " + format + place);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("export-" + method + "-" + format)).doesNotExist();
  }

  /** A base with all its weights moved is a base as any other. */
  @Test
  void aFullyTrainedDecoderIsExportedAsABase() throws IOException {
    Cli made =
        colours.compute(
            "tune --data TMP/data --base BASE --method full --lr 1e-3 --epochs 20 --batch-size 8"
                + " --out TMP/moved --quiet");
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    JsonNode exported =
        json(
            colours.compute(
                "export --adapter TMP/moved --format merged --out TMP/merged --quiet --json"));
    assertThat(exported.path("maxLogitDifference").doubleValue()).isZero();
    String prompt = " --prompt A~cow~there~is --quiet";
    assertThat(colours.compute("generate --base TMP/merged" + prompt).out())
        .isEqualTo(" green.\n")
        .isEqualTo(colours.compute("generate --adapter TMP/moved" + prompt).out());
  }

  @Test
  void methodsAreCompared() throws IOException {
    JsonNode compared =
        json(
            colours.compute(
                "compare --data TMP/data --base BASE --methods lora,full,bottleneck,bidora,modular"
                    + " --epochs 1 --batch-size 8 --no-test --out TMP/compared --seeds 1 --quiet"
                    + " --json"));
    assertThat(compared.path("rows").findValuesAsText("method"))
        .containsExactly("lora", "full", "bottleneck", "bidora", "modular");
    for (JsonNode row : compared.path("rows")) {
      assertThat(row.path("trainable").longValue()).as(row.toString()).isPositive();
      assertThat(row.path("storedBytes").longValue())
          .as(row.toString())
          .isGreaterThan(4 * row.path("trainable").longValue());
    }
  }
}
