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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains learnt at several capacities, as a user has it done. */
final class AnalyzeCapacityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Cli run(String more) throws IOException {
    String line =
        ("analyze capacity --data %s --seeds 2 --epochs 2 --batch-size 4 --precision fp32"
                + " --lr 0.005 --out %s --json %s")
            .formatted(DemoDomains.write(folder, 16), folder.resolve("out"), more);
    return Cli.run(line.strip().split(" "));
  }

  @Test
  void everyRankIsMeasuredAndTheOneToStopAtIsReported() throws IOException {
    Cli run = run("--ranks 1,4");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    JsonNode json = JSON.readTree(lines.get(lines.size() - 1));
    assertThat(json.get("command").textValue()).isEqualTo("analyze capacity");
    assertThat(json.get("points")).hasSize(2);
    assertThat(json.get("settings").toString()).doesNotContain("Config[", "Method[");
    assertThat(json.get("settings").get("rank 4").get("lora.rank").intValue()).isEqualTo(4);
    assertThat(json.get("settings").get("rank 1").get("lora.alpha").doubleValue()).isEqualTo(2);
    assertThat(json.at("/points/1/trained").longValue())
        .isGreaterThan(json.at("/points/0/trained").longValue());
    List<String> samples = Files.readAllLines(folder.resolve("out/samples.csv"));
    assertThat(samples.get(0))
        .isEqualTo("capacity,domain,id,seed,text,label,independent,joint,kind");
    assertThat(samples).hasSize(1 + 2 * 3 * 16 * 2);
    for (JsonNode point : json.get("points")) {
      String name = "rank " + point.get("name").textValue() + ",";
      double gain =
          samples.stream()
              .filter(line -> line.startsWith(name))
              .mapToInt(
                  line -> line.endsWith(",transfer") ? 1 : line.endsWith(",interference") ? -1 : 0)
              .average()
              .orElseThrow();
      assertThat(point.get("transfer").doubleValue() - point.get("interference").doubleValue())
          .isCloseTo(gain, within(1e-9));
    }
    String report = Files.readString(folder.resolve("out/report.html"));
    for (JsonNode sentence : json.get("recommendation")) {
      assertThat(report).contains(sentence.textValue());
    }
  }

  @Test
  void aRankOfNothingIsNamed() throws IOException {
    Cli run = run("--ranks 0,4");

    assertThat(run.err()).contains(" must be at least 1, got 0").hasLineCount(1);
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
