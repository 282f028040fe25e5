package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sparse modules of a decoder, and what llama.cpp gets of them. */
final class SparseAnswersTest {
  private static final String TUNE =
      "tune --data TMP/data --base BASE --method sparse --rank 4 --targets all-linear --lr 5e-3"
          + " --epochs 40 --batch-size 8 --quiet --json";

  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeRows() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here", "there"));
  }

  private static Cli haori(String line) {
    return colours.compute(line);
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  /** Updates stay low-rank whatever is taken away, so that nothing is lost on the way. */
  @ParameterizedTest
  @CsvSource({"rank", "layer", "none"})
  void aSparseModuleIsAnExactFileOfLlamaCpp(String structure) throws IOException {
    String own = "TMP/" + structure;
    JsonNode learnt =
        json(haori(TUNE + " --set sparsity=0.5,structure=" + structure + " --out " + own));
    assertThat(learnt.path("method").textValue()).isEqualTo("sparse");
    assertThat(learnt.at("/validation/perplexity").doubleValue())
        .isLessThan(learnt.at("/validation/perplexityOfBase").doubleValue() / 4);
    String generate = " --prompt A~cow~there~is --quiet";
    String answer = haori("generate --adapter " + own + generate).out();

    JsonNode exported =
        json(
            haori(
                "export --adapter "
                    + own
                    + " --format gguf --out "
                    + own
                    + ".gguf --quiet --json"));
    assertThat(exported.path("maxLogitDifference").doubleValue()).isLessThan(1e-4);
    assertThat(exported.path("energyLost").doubleValue()).isZero();
    Cli back = haori("import --gguf " + own + ".gguf --base BASE --out " + own + "-back --quiet");
    assertThat(back.code()).as(back.err()).isEqualTo(ExitCode.DONE);
    assertThat(haori("generate --adapter " + own + "-back" + generate).out()).isEqualTo(answer);
    JsonNode scored =
        json(haori("evaluate --adapter " + own + "-back --data TMP/data --quiet --json"));
    assertThat(scored.at("/scores/exactMatch").doubleValue())
        .isEqualTo(learnt.at("/test/exactMatch").doubleValue());
  }

  /** Single numbers that are zero are not stored here, and are written out for llama.cpp. */
  @Test
  void singleZerosAreNotStored() throws IOException {
    JsonNode half = json(haori(TUNE + " --set sparsity=0.5,structure=none --out TMP/half"));
    JsonNode few = json(haori(TUNE + " --set sparsity=0.9,structure=none --out TMP/few"));
    assertThat(few.path("storedBytes").longValue())
        .isLessThan(half.path("storedBytes").longValue());
    assertThat(temporary.resolve("few/adapter_model.sparse.safetensors")).exists();
    assertThat(temporary.resolve("few/adapter_model.safetensors")).doesNotExist();
    JsonNode cut =
        json(
            haori(
                "export --adapter TMP/few --format gguf --rank 1 --out TMP/cut.gguf --quiet"
                    + " --json"));
    assertThat(cut.path("energyLost").doubleValue()).isBetween(1e-4, 1.0);
    // A registry keeps it as it is.
    Cli added =
        Cli.run(
            "module",
            "add",
            temporary.resolve("few").toString(),
            "--name",
            "few",
            "--registry",
            temporary.resolve("registry").toString());
    assertThat(added.code()).as(added.err()).isEqualTo(ExitCode.DONE);
    String evaluate = " --data TMP/data --quiet --json";
    JsonNode here = json(haori("evaluate --adapter TMP/few" + evaluate));
    JsonNode kept = json(haori("evaluate --adapter reg:few --registry TMP/registry" + evaluate));
    assertThat(kept.path("loss").doubleValue()).isEqualTo(here.path("loss").doubleValue());
  }

  @Test
  void stagesAreForClassifications() {
    Cli run =
        haori("tune --data TMP/data --base BASE --method sparse --set stages=usual --out TMP/n");
    assertThat(run.err())
        .isEqualTo("stages must be none for rows of prompt and completion, got some\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
