package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Sparse modules as a user makes, compares, scores and exports them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SparseTuneTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOOLS =
      List.of("hammer", "saw", "screwdriver", "wrench", "chisel", "drill", "pliers", "file");
  private static final List<String> FRUITS =
      List.of("apple", "pear", "plum", "cherry", "banana", "orange", "grape", "melon");

  @TempDir static Path folder;
  private Path data;

  @BeforeAll
  void writeData() throws IOException {
    data = Files.createDirectories(folder.resolve("things"));
    write("train", "a %s lies on the table", 0, 6);
    write("validation", "where is the %s", 4, 8);
    write("test", "the %s is mine", 4, 8);
  }

  private void write(String split, String sentence, int from, int to) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(row(String.format(sentence, TOOLS.get(i)), "tool"));
      rows.append(row(String.format(sentence, FRUITS.get(i)), "fruit"));
    }
    Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
  }

  private static String row(String text, String label) {
    return "{\"text\": \"" + text + "\", \"label\": \"" + label + "\"}\n";
  }

  private Cli tune(Path out, String more) {
    String fixed =
        "tune --method sparse --lr 0.01 --batch-size 4 --precision fp32 --json --data %s --out %s "
            .formatted(data, out);
    return Cli.run((fixed + more).split(" "));
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private double storedAccuracy(Path adapter) throws IOException {
    JsonNode stored = JSON.readTree(adapter.resolve("haori.json").toFile());
    return stored.get("test").get("accuracy").doubleValue();
  }

  @Test
  void aStructuredModuleIsReportedBesideTheDenseOne() throws IOException {
    Path out = folder.resolve("ranks");

    Cli run = tune(out, "--epochs 4 --set sparsity=0.75,structure=rank");

    assertThat(run.messages()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.words())
        .contains("1 text p50/p95 ms", "32 texts p50/p95 ms", "peak RSS", "stored")
        .contains("base alone", "lora, dense", "sparse on minilm: ");
    JsonNode rows = lastLine(run).get("comparison");
    assertThat(rows.findValuesAsText("name"))
        .containsExactly("base alone", "lora, dense", "sparse");
    JsonNode dense = rows.get(1);
    JsonNode sparse = rows.get(2);
    assertThat(dense.get("moduleBytes").longValue()).isEqualTo(4L * 6 * 2 * 2 * 8 * 384);
    assertThat(sparse.get("moduleBytes").longValue()).isEqualTo(4L * 6 * 2 * 2 * 2 * 384);
    assertThat(sparse.get("storedBytes")).isEqualTo(lastLine(run).get("storedBytes"));
    assertThat(sparse.get("storedBytes").longValue())
        .isLessThan(dense.get("storedBytes").longValue() / 2);
    assertThat(sparse.get("accuracy")).isEqualTo(lastLine(run).get("test").get("accuracy"));
    for (JsonNode row : rows) {
      for (String time : List.of("oneTextP50Ms", "batchP50Ms")) {
        assertThat(row.get(time).doubleValue()).isPositive();
        assertThat(row.get(time.replace("P50", "P95")).doubleValue())
            .isGreaterThanOrEqualTo(row.get(time).doubleValue());
      }
    }
    assertThat(out.resolve("adapter_model.safetensors")).exists();
  }

  @Test
  void anUnstructuredModuleIsStoredSparseScoredAndExportedToPeft() throws IOException {
    Path out = folder.resolve("numbers");
    Path peft = folder.resolve("numbers-peft");

    Cli run = tune(out, "--epochs 4 --no-dense --set sparsity=0.9,structure=none");

    assertThat(run.messages()).isEmpty();
    assertThat(run.words()).doesNotContain("dense");
    assertThat(lastLine(run).has("comparison")).isFalse();
    assertThat(out.resolve("adapter_model.sparse.safetensors")).exists();
    // 7,373 of 73,728 numbers with five bytes each.
    assertThat(Files.size(out.resolve("adapter_model.sparse.safetensors")))
        .isBetween(36_000L, 42_000L);

    Cli evaluated =
        Cli.run(
            "evaluate --precision fp32 --json --adapter %s --data %s"
                .formatted(out, data)
                .split(" "));
    assertThat(lastLine(evaluated).get("accuracy").doubleValue()).isEqualTo(storedAccuracy(out));

    Cli exported =
        Cli.run(
            "export --format peft --json --adapter %s --out %s".formatted(out, peft).split(" "));
    assertThat(exported.err())
        .startsWith("transformers has no class for this head, because its head reads the mean");
    assertThat(lastLine(exported).get("maxLogitDifference").doubleValue()).isBetween(0.0, 1e-6);
    assertThat(peft.resolve("adapter_model.safetensors")).exists();
    assertThat(peft.resolve("adapter_model.sparse.safetensors")).doesNotExist();
  }

  @Test
  void stagesAreReportedAsTheyEnd() {
    Path out = folder.resolve("stages");

    Cli run = tune(out, "--no-dense --set stages=head:2;prune:3;final:1,sparsity=0.5");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.messages().lines())
        .hasSize(3)
        .allMatch(
            line ->
                line.matches(
                    "Stage (head|prune|final) took validation from [01]\\.[0-9]{4} to"
                        + " [01]\\.[0-9]{4}( and is undone)?\\."));
    assertThat(run.messages().lines())
        .filteredOn(line -> line.startsWith("Stage prune "))
        .singleElement()
        .matches(line -> !line.contains("undone"));
  }

  @Test
  void aSparsityThatLeavesNoRankIsRefused() {
    Cli run = tune(folder.resolve("nothing"), "--epochs 1 --set sparsity=0.999,structure=rank");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.messages())
        .isEqualTo(
            "sparse.sparsity must be low enough to leave at least 1 of 96 components of the module,"
                + " got 0.999\n");
    assertThat(folder.resolve("nothing")).doesNotExist();
  }

  @Test
  void aDamagedSparseFileIsReportedInOneSentence() throws IOException {
    Path out = folder.resolve("damaged");
    tune(out, "--epochs 1 --no-dense --set sparsity=0.9,structure=none,pruneFrom=0,pruneTo=0.1");
    Path file = out.resolve("adapter_model.sparse.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    // The layout loses a layer, so the gaps lead beyond its end.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String shorter = text.replaceFirst(":8x384", ":1x384");
    Files.write(file, shorter.getBytes(StandardCharsets.ISO_8859_1));

    Cli run = Cli.run("evaluate --adapter %s --data %s".formatted(out, data).split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith(file + ": gaps ")
        .hasLineCount(1)
        .doesNotContain("Haori failed");
  }
}
