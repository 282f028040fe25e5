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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transfer and interference as a user measures them. */
final class AnalyzeTransferTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private String[] command(int testRows, String more) throws IOException {
    return ("analyze transfer --data %s --seeds 2 --epochs 2 --batch-size 4 --precision fp32 --rank"
            + " 2 --lr 0.005 --out %s --json %s")
        .formatted(DemoDomains.write(folder, testRows), folder.resolve("out"), more)
        .strip()
        .split(" ");
  }

  @Test
  void figuresSamplesAndReportTellTheSameAndASecondCallRepeatsNothing() throws IOException {
    Cli run = Cli.run(command(16, ""));

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    // Three alone, three pairs, which are all but one of three, and all together; two seeds.
    assertThat(run.err()).startsWith("14 runs\nabout ");
    JsonNode json = lastLine(run);
    assertThat(json.get("command").textValue()).isEqualTo("analyze transfer");
    assertThat(json.get("domains")).hasSize(3);
    List<List<String>> samples = samples();
    assertThat(samples).hasSize(1 + 3 * 16 * 2);
    assertThat(samples.get(0))
        .containsExactly("domain", "id", "seed", "text", "label", "independent", "joint", "kind");
    for (JsonNode domain : json.get("domains")) {
      String name = domain.get("name").textValue();
      List<List<String>> ours = samples.stream().filter(s -> s.get(0).equals(name)).toList();
      double transfer = share(ours, "transfer");
      double interference = share(ours, "interference");
      assertThat(domain.get("transfer").doubleValue()).isEqualTo(transfer);
      assertThat(domain.get("interference").doubleValue()).isEqualTo(interference);
      long alone = ours.stream().filter(s -> s.get(5).equals(s.get(4))).count();
      long together = ours.stream().filter(s -> s.get(6).equals(s.get(4))).count();
      assertThat(domain.get("independent").doubleValue()).isEqualTo(alone / 32.0);
      assertThat(domain.get("joint").doubleValue()).isEqualTo(together / 32.0);
      assertThat(domain.get("gain").doubleValue()).isEqualTo((together - alone) / 32.0);
      assertThat(domain.get("gain").doubleValue())
          .isCloseTo(transfer - interference, within(1e-12));
      assertThat(domain.get("interval").get(0).doubleValue())
          .isLessThanOrEqualTo(domain.get("gain").doubleValue());
    }
    assertThat(json.at("/matrix/effects")).hasSize(6);
    assertThat(json.at("/leaveOneOut/effects")).hasSize(6);
    String report = Files.readString(folder.resolve("out/report.html"));
    assertThat(report)
        .contains("Transfer and interference of 3 domains")
        .contains("What training with one domain does to another")
        .contains("Leave one out")
        .contains("Weights over the steps");
    for (JsonNode sentence : json.at("/recommendation/sentences")) {
      assertThat(run.words()).contains(sentence.textValue());
      assertThat(report).contains(sentence.textValue());
    }
    assertThat(JSON.readTree(folder.resolve("out/transfer.json").toFile())).isEqualTo(json);

    Cli again = Cli.run(command(16, ""));

    assertThat(again.err()).isEqualTo("14 runs, 14 done before\n");
    for (String key : List.of("domains", "matrix", "leaveOneOut", "recommendation")) {
      assertThat(lastLine(again).get(key)).isEqualTo(json.get(key));
    }
  }

  private static double share(List<List<String>> samples, String kind) {
    return samples.stream().filter(s -> s.get(7).equals(kind)).count() / (double) samples.size();
  }

  private List<List<String>> samples() throws IOException {
    List<List<String>> samples = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("out/samples.csv"))) {
      samples.add(List.of(line.split(",")));
    }
    return samples;
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  @Test
  void tooFewTestRowsAreReportedBeforeAnythingIsTrained() throws IOException {
    Cli run = Cli.run(command(6, ""));

    assertThat(run.err())
        .isEqualTo(
            folder.resolve("shed/test.jsonl")
                + ": must have at least 7 rows of shed for 3 tests at 5 %, got 6\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aSingleDomainIsNotEnough() throws IOException {
    DemoDomains.write(folder, 16);

    Cli run =
        Cli.run(
            "analyze transfer --data %s --out %s"
                .formatted(folder.resolve("zoo"), folder.resolve("out"))
                .split(" "));

    assertThat(run.err()).isEqualTo("--data must be at least two domains, got only zoo\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --seeds 0          | --seeds must be at least 1, got 0
          --weighting fair   | --weighting must be one of uniform, size, temperature, uncertainty, dwa, pcgrad, got fair
          --heads both       | --heads must be own or shared, got both
          --temperature 0.5  | --temperature must be at least 1 and at most 1000000, got 0.5
          --rank 0           | --rank must be at least 1, got 0
          """)
  void aMistakeIsReportedBeforeAnythingIsRead(String arguments, String sentence) {
    Cli run =
        Cli.run(
            ("analyze transfer --data nowhere --out " + folder.resolve("out") + " " + arguments)
                .split(" "));

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aMethodThatTrainsTheBaseIsRefused() throws IOException {
    Cli run =
        Cli.run(
            "analyze transfer --data %s --method full --out %s"
                .formatted(DemoDomains.write(folder, 16), folder.resolve("out"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo(
            "--method must be one that leaves the base frozen when several domains are learnt, got"
                + " full\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
