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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains parted into models, as a user has it done. */
final class AnalyzeGroupsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Cli run(String more) throws IOException {
    String line =
        ("analyze groups --data %s --seeds 2 --epochs 2 --batch-size 4 --precision fp32 --rank 2"
                + " --lr 0.005 --out %s --json %s")
            .formatted(DemoDomains.write(folder, 16), folder.resolve("out"), more);
    return Cli.run(line.strip().split(" "));
  }

  @Test
  void theProposalIsTrainedCheckedAndReportedWithTheCommandThatCarriesItOut() throws IOException {
    Cli run = run("");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    // The groups of three domains in two models are a pair and a single one, which are trained.
    assertThat(run.err()).startsWith("14 runs\n").endsWith("14 runs, 14 done before\n");
    List<String> lines = run.out().lines().toList();
    JsonNode json = JSON.readTree(lines.get(lines.size() - 1));
    assertThat(json.get("command").textValue()).isEqualTo("analyze groups");
    List<String> grouped = new ArrayList<>();
    json.get("groups").forEach(group -> group.forEach(name -> grouped.add(name.textValue())));
    assertThat(json.get("groups")).hasSize(2);
    assertThat(grouped).containsExactlyInAnyOrderElementsOf(DemoDomains.NAMES);
    boolean held =
        json.at("/overIndependent/estimate").doubleValue() >= 0
            && json.at("/overJoint/estimate").doubleValue() >= 0;
    assertThat(json.get("held").booleanValue()).isEqualTo(held);
    String answer = json.at("/recommendation/0").textValue();
    assertThat(answer.startsWith("The proposal failed: ")).isEqualTo(!held);
    assertThat(json.get("carryOut").textValue()).startsWith("haori tune --data ");
    String report = Files.readString(folder.resolve("out/report.html"));
    for (JsonNode sentence : json.get("recommendation")) {
      assertThat(report).contains(sentence.textValue());
    }
    assertThat(report).contains("Expected gain by number of models");
    List<String> samples = Files.readAllLines(folder.resolve("out/samples.csv"));
    assertThat(samples.get(0)).isEqualTo("domain,id,seed,text,label,independent,joint,kind");
    assertThat(samples).hasSize(1 + 3 * 16 * 2);
    double gain =
        samples.stream()
            .skip(1)
            .mapToInt(
                line -> line.endsWith(",transfer") ? 1 : line.endsWith(",interference") ? -1 : 0)
            .average()
            .orElseThrow();
    assertThat(json.at("/overIndependent/estimate").doubleValue()).isCloseTo(gain, within(1e-9));
  }

  @Test
  void asManyModelsAsDomainsAreNoGroups() throws IOException {
    Cli run = run("--models 3");

    assertThat(run.err())
        .isEqualTo("--models must be fewer than the domains, of which there are 3, got 3\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void oneModelIsNoGrouping() throws IOException {
    Cli run = run("--models 1");

    assertThat(run.err()).isEqualTo("--models must be at least 2, got 1\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
