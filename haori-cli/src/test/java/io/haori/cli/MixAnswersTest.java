package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules of a decoder that answer together, as a user meets them. */
final class MixAnswersTest {
  @TempDir static Path temporary;

  private static AnimalColours colours;

  @BeforeAll
  static void makeModules() throws IOException {
    colours = AnimalColours.write(temporary, List.of("here", "there"));
    colours.learnTwoModules();
  }

  private static Cli haori(String line) {
    return colours.compute(line);
  }

  private static Cli mix(String more) {
    return colours.mix(more);
  }

  private static JsonNode json(Cli run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  /** Leaving out the module that knows the answers costs them; the other one is not missed. */
  @Test
  void aMixSaysWhatTheAbsenceOfEachModuleCosts() throws IOException {
    JsonNode json = json(mix("--epochs 4 --batch-size 8 --train P --lr 1e-3 --out TMP/mixed"));
    assertThat(json.path("method").textValue()).isEqualTo("domix");
    JsonNode colours = json.at("/contributions/0");
    JsonNode hens = json.at("/contributions/1");
    assertThat(colours.path("module").textValue()).isEqualTo("colours");
    assertThat(colours.path("rows").intValue()).isEqualTo(6);
    assertThat(colours.path("lossWithout").doubleValue())
        .isGreaterThan(0.1)
        .isGreaterThan(2 * hens.path("lossWithout").doubleValue());
    assertThat(colours.at("/lossWithoutInterval/0").doubleValue()).isPositive();
    assertThat(colours.at("/layers/0").doubleValue() + hens.at("/layers/0").doubleValue())
        .isBetween(0.999, 1.001);
  }

  /** A gate for the task is one LoRA, which answers and is exported. */
  @Test
  void aGateLearnsWhichModuleIsHeard() throws IOException {
    Cli run = mix("--route gated --epochs 30 --batch-size 8 --lr 0.1 --out TMP/gated");
    JsonNode json = json(run);
    assertThat(json.path("method").textValue()).isEqualTo("gated");
    assertThat(json.at("/contributions/0/share").doubleValue()).isGreaterThan(0.9);
    assertThat(json.at("/contributions/0/lossWithout").doubleValue()).isGreaterThan(1);
    assertThat(json.at("/contributions/0/exactMatchWithout").doubleValue()).isNegative();
    assertThat(json.at("/contributions/1/lossWithout").doubleValue()).isLessThan(0.1);
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(run.words()).contains("without it loss +");
    assertThat(temporary.resolve("gated/adapter_config.json")).exists();
    assertThat(haori("generate --adapter TMP/gated --prompt A~cow~there~is --quiet").out())
        .isEqualTo(" green.\n");
  }

  /** One that looks at the input is stored with its modules, and answers the same. */
  @Test
  void aGateThatLooksAtTheInputIsStoredWithItsModules() throws IOException {
    JsonNode json =
        json(
            mix(
                "--route gated --set gated.kind=input --epochs 30 --batch-size 8 --lr 0.1"
                    + " --out TMP/input"));
    assertThat(json.at("/contributions/0").has("share")).isFalse();
    assertThat(json.at("/contributions/0/lossWithout").doubleValue()).isGreaterThan(1);
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(temporary.resolve("input/gate.safetensors")).exists();
    assertThat(haori("generate --adapter TMP/input --prompt A~cow~there~is --quiet").out())
        .isEqualTo(" green.\n");
    Cli exported = haori("export --adapter TMP/input --format gguf --out TMP/input.gguf");
    assertThat(exported.err())
        .isEqualTo(
            "--adapter must be another module than a gate that looks at the input, which no fixed"
                + " weights compute, to be exported\n");
    assertThat(exported.code()).isEqualTo(ExitCode.USER);
    JsonNode scored = json(haori("evaluate --adapter TMP/input --data TMP/data --quiet --json"));
    assertThat(scored.at("/scores/exactMatch").doubleValue()).isEqualTo(1);
  }

  /** A module that knows the answers already is taken as it is: nothing is learnt on top. */
  @Test
  void whatIsBestOnHeldOutRowsIsTaken() throws IOException {
    Cli run = mix("--route auto --epochs 2 --batch-size 8 --out TMP/auto");
    JsonNode json = json(run);
    JsonNode ways = json.at("/choice/ways");
    assertThat(ways.findValuesAsText("name"))
        .containsExactly(
            "the base",
            "the module colours as it is",
            "the module hens as it is",
            "the modules' mean",
            "the modules' sum",
            "routed by arrow",
            "a gate over the modules",
            "LoRA",
            "the module colours trained further",
            "the mix");
    assertThat(ways.at("/1/loss").doubleValue()).isLessThan(ways.at("/0/loss").doubleValue() / 4);
    String taken = json.at("/choice/taken").textValue();
    assertThat(taken).isIn("the module colours as it is", "the module colours trained further");
    assertThat(json.at("/validation/loss").doubleValue())
        .isEqualTo(
            ways.get(ways.findValuesAsText("name").indexOf(taken)).path("loss").doubleValue());
    assertThat(json.at("/test/exactMatch").doubleValue()).isEqualTo(1);
    assertThat(run.words()).contains("Perplexity of the held-out answers:", taken + " is taken: ");
    assertThat(haori("generate --adapter TMP/auto --prompt A~cow~there~is --quiet").out())
        .isEqualTo(" green.\n");
    // With nothing chosen and few rows it is compared, too.
    assertThat(json(mix("--out TMP/open")).path("choice").path("taken").textValue()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bottleneck", "full", "dora"})
  void aModuleThatIsNoLowRankUpdateIsRefusedByName(String method) {
    Cli made =
        haori(
            "tune --data TMP/data/train.jsonl --base BASE --method %s --epochs 1 --quiet --out TMP/%s"
                .formatted(method, "a-" + method));
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    Cli run =
        haori(
            "mix --modules TMP/parts/colours TMP/a-%s --base BASE --data TMP/data --quiet --out TMP/no"
                .formatted(method));
    assertThat(run.err())
        .isEqualTo(
            "modules to mix must be low-rank updates (lora, modular, sparse), got %s in module a-%s\n"
                .formatted(method, method));
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(temporary.resolve("no")).doesNotExist();
  }

  /** The mix finds a sparse module's file where an ordinary one has another. */
  @Test
  void aSparseModuleIsMixedAsAnyOther() throws IOException {
    json(
        haori(
            "tune --data TMP/data --base BASE --method sparse --rank 4 --targets all-linear --lr"
                + " 5e-3 --epochs 40 --batch-size 8 --set sparsity=0.5,structure=none --out"
                + " TMP/sparse --quiet --json"));
    assertThat(temporary.resolve("sparse/adapter_model.sparse.safetensors")).exists();
    JsonNode json =
        json(
            haori(
                "mix --modules TMP/sparse TMP/parts/hens --base BASE --data TMP/data --route arrow"
                    + " --quiet --json --out TMP/with-sparse"));
    assertThat(json.at("/contributions/0/module").textValue()).isEqualTo("sparse");
    assertThat(json.at("/contributions/0/lossWithout").doubleValue()).isGreaterThan(0.1);
    Cli scored =
        haori(
            "evaluate --adapter TMP/with-sparse --data TMP/data --split validation --quiet --json");
    assertThat(json(scored).path("loss").doubleValue())
        .isCloseTo(json.at("/validation/loss").doubleValue(), within(1e-4));
  }

  /** What is learnt is wrong for the held-out rows, so that no way is better than the base. */
  @Test
  void theBaseAloneMayBeTaken() throws IOException {
    List<String> learnt = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String row = "{\"prompt\": \"A cat %d is\", \"completion\": \" %s\"}";
      learnt.add(row.formatted(i, "zq xw vv kk jj qq zz."));
      heldOut.add(row.formatted(i, "a small animal that says meow."));
    }
    Path known = Files.createDirectories(temporary.resolve("known"));
    Files.write(known.resolve("train.jsonl"), learnt);
    Files.write(known.resolve("validation.jsonl"), heldOut.subList(0, 8));
    Cli run =
        haori(
            "mix --modules TMP/parts/colours --base BASE --data TMP/known --quiet"
                + " --json --route auto --epochs 10 --batch-size 8 --out TMP/none");
    JsonNode json = json(run);
    assertThat(json.at("/choice/taken").textValue()).isEqualTo("the base");
    assertThat(json.path("method").textValue()).isEqualTo("none");
    assertThat(run.words()).contains("No module is stored: the base answers as well without one.");
    assertThat(temporary.resolve("none/adapter_config.json")).doesNotExist();
  }
}
