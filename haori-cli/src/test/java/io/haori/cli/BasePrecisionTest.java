package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.terminal.ExitCode;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.tensor.quant.BasePrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that are trained and used on a base in fewer bits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BasePrecisionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String RUN =
      """
      {"method": "lora", "training.epochs": 1, "basePrecision": "int8", "baseBackward": "float"}
      """;

  @TempDir static Path folder;
  private Path data;
  private Path adapter;

  @BeforeAll
  void trainsOne() throws IOException {
    data = Files.createDirectories(folder.resolve("things"));
    for (String split : new String[] {"train", "validation", "test"}) {
      StringBuilder rows = new StringBuilder();
      for (String[] row :
          new String[][] {
            {"a hammer", "tool"}, {"a pear", "fruit"}, {"my saw", "tool"}, {"a plum", "fruit"}
          }) {
        rows.append(
            "{\"text\": \"" + split + " " + row[0] + "\", \"label\": \"" + row[1] + "\"}\n");
      }
      Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
    }
    adapter = folder.resolve("int8");

    Cli run = Cli.run(tune("lora", "--quiet --base-precision int8 --out " + adapter));

    assertThat(run.messages()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
  }

  private String[] tune(String method, String more) {
    return ("tune --method " + method + " --epochs 1 --data " + data + " " + more).split(" ");
  }

  @Test
  void theFolderSaysHowTheBaseWasKept() throws IOException {
    JsonNode json = JSON.readTree(adapter.resolve("haori.json").toFile());

    assertThat(json.get("base").get("precision").textValue()).isEqualTo("int8");
  }

  @Test
  void predictionsFollowTheTraining() {
    Cli run = Cli.run("predict", "--quiet", "--adapter", adapter.toString(), "--text", "a saw");

    assertThat(run.messages()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aJavaProgramThatOpensTheBaseOfTheFolderFollowsTheTraining() {
    HaoriJson json = AdapterFolder.describe(adapter);

    try (TextBase base = AdapterFolder.openBase(adapter, json, null)) {
      assertThat(base.precision()).isEqualTo(BasePrecision.INT8);
    }
    assertThat(json.keptAs(BasePrecision.BF16)).isEqualTo(BasePrecision.INT8);
    assertThat(json.onOther(BasePrecision.INT8)).isEmpty();
    assertThat(json.onOther(BasePrecision.INT4).orElseThrow().measured()).isEmpty();
    assertThat(json.onOther(BasePrecision.FP32).orElseThrow().measured()).isPresent();
  }

  @Test
  void anotherPrecisionIsNoted() {
    Cli run =
        Cli.run(
            "predict",
            "--adapter",
            adapter.toString(),
            "--base-precision",
            "fp32",
            "--text",
            "a saw");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    // Four rows were answered on both bases after the training.
    assertThat(run.messages())
        .matches(
            Pattern.quote(
                    adapter
                        + " was trained on a base kept as int8 and is used on one kept as fp32:"
                        + " measured after the training, on 4 rows accuracy is ")
                + "[01]\\.\\d00 instead of [01]\\.\\d{2}0, \\d+\\.0 % of the answers are others,"
                + " logits are 0\\.\\d{3} apart on average\n");
  }

  @Test
  void whereNothingWasMeasuredScoresMayDiffer() throws IOException {
    Path copy = copy("unmeasured");
    Path file = copy.resolve("haori.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    ((ObjectNode) json.get("base")).remove("differences");
    Files.writeString(file, json.toString());

    Cli run =
        Cli.run(
            "predict", "--adapter", copy.toString(), "--base-precision", "fp32", "--text", "a saw");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.messages())
        .isEqualTo(
            copy
                + " was trained on a base kept as int8 and is used on one kept as fp32: its scores"
                + " may differ; haori evaluate with --base-precision fp32 says by how much\n");
  }

  /** Both figures are counted here once more, from what the command itself answers. */
  @Test
  void theMeasuredDifferenceIsThatOfTheAnswers() throws IOException {
    JsonNode stored =
        JSON.readTree(adapter.resolve("haori.json").toFile()).at("/base/differences/0");
    String dense = stored.get("precision").textValue();
    String evaluate = "evaluate --json --quiet --adapter " + adapter + " --data " + data;

    JsonNode own = JSON.readTree(Cli.run(evaluate.split(" ")).out());
    JsonNode other =
        JSON.readTree(Cli.run((evaluate + " --base-precision " + dense).split(" ")).out());

    assertThat(stored.get("trained").doubleValue()).isEqualTo(own.get("accuracy").doubleValue());
    assertThat(stored.get("other").doubleValue()).isEqualTo(other.get("accuracy").doubleValue());
    assertThat(stored.get("logits").doubleValue()).isBetween(1e-6, 0.2);
    assertThat(own.has("baseDifference")).isFalse();
    JsonNode again = other.get("baseDifference");
    assertThat(again.get("trained").textValue()).isEqualTo("int8");
    assertThat(again.get("logits").doubleValue()).isEqualTo(stored.get("logits").doubleValue());
    assertThat(again.get("changed").doubleValue()).isEqualTo(stored.get("changed").doubleValue());
    assertThat(again.get("trainedScore").doubleValue())
        .isEqualTo(stored.get("trained").doubleValue());
  }

  @Test
  void aDamagedDifferenceIsReported() throws IOException {
    Path copy = copy("damaged-difference");
    Path file = copy.resolve("haori.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    ((ObjectNode) json.at("/base/differences/0")).put("rows", "four").remove("changed");
    Files.writeString(file, json.toString());

    Cli run = Cli.run("predict", "--adapter", copy.toString(), "--text", "a saw");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith(
            file
                + ": differences must each have a precision, rows, a score and the numbers trained,"
                + " other and logits, got {\"precision\":");
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (var files = Files.list(adapter)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void aMethodThatTrainsTheBaseIsRefused() {
    Path out = folder.resolve("full");

    Cli run = Cli.run(tune("full", "--base-precision int4 --out " + out));

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.messages())
        .isEqualTo(
            "--base-precision must be auto, fp32 or bf16 for the method full, which trains the base"
                + " itself, got int4\n");
    assertThat(out).doesNotExist();
  }

  @Test
  void anAdapterThatHasAllWeightsOfItsBaseIsRefused() {
    Path out = folder.resolve("whole");
    assertThat(Cli.run(tune("full", "--quiet --train-rows 4 --out " + out)).code())
        .isEqualTo(ExitCode.DONE);

    Cli run =
        Cli.run(
            "predict", "--adapter", out.toString(), "--base-precision", "int8", "--text", "a saw");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.messages())
        .isEqualTo(
            "--base-precision must be auto, fp32 or bf16 for the method full, which trains the base"
                + " itself, got int8\n");
  }

  @Test
  void aFileOfSettingsSaysHowTheBaseIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), RUN);
    Path out = folder.resolve("by-settings");

    Cli run =
        Cli.run(
            ("tune --quiet --settings " + file + " --data " + data + " --out " + out).split(" "));

    assertThat(run.messages()).isEmpty();
    JsonNode json = JSON.readTree(out.resolve("haori.json").toFile());
    assertThat(json.at("/base/precision").textValue()).isEqualTo("int8");
    assertThat(json.at("/settings/basePrecision").textValue()).isEqualTo("int8");
    assertThat(json.at("/settings/baseBackward").textValue()).isEqualTo("float");
  }

  @Test
  void anUnknownBackwardPassIsRefused() {
    Cli run = Cli.run(tune("lora", "--set baseBackward=bf16 --out " + folder.resolve("backward")));

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.messages()).isEqualTo("baseBackward must be one of int8, float, got bf16\n");
  }

  @Test
  void anExportIsRefused() {
    Path out = folder.resolve("merged");

    Cli run =
        Cli.run(
            ("export --format merged --base-precision int8 --adapter " + adapter + " --out " + out)
                .split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.messages())
        .isEqualTo(
            "--base-precision must be auto, fp32 or bf16 for an export, which writes floats, got"
                + " int8\n");
    assertThat(out).doesNotExist();
  }

  @Test
  void aPrecisionThatNobodyKnowsInTheFolderIsReported() throws IOException {
    Path damaged = copy("damaged");
    Path json = damaged.resolve("haori.json");
    Files.writeString(json, Files.readString(json).replace("\"int8\"", "\"int2\""));

    Cli run = Cli.run("predict", "--adapter", damaged.toString(), "--text", "a saw");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(json + ": precision must be one of [fp32, bf16, int8, int4], got int2\n");
  }
}
