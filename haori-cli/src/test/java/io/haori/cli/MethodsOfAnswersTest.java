package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
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
        .isCloseTo(
            learnt.at("/validation/loss").doubleValue(),
            org.assertj.core.api.Assertions.within(1e-4));

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
}
