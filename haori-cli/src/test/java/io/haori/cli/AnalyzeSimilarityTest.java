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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictors compared with what was measured. */
final class AnalyzeSimilarityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private String adapters(Path runs) throws IOException {
    List<String> adapters = new ArrayList<>();
    for (String name : DemoDomains.NAMES) {
      try (Stream<Path> folders = Files.list(runs)) {
        Path run =
            folders
                .filter(one -> String.valueOf(one.getFileName()).startsWith(name + "-seed42-"))
                .findFirst()
                .orElseThrow();
        adapters.add(run.resolve("adapter").toString());
      }
    }
    return String.join(" ", adapters);
  }

  @Test
  void eachPredictorsRankCorrelationWithTheMeasuredMatrixIsReported() throws IOException {
    String data = DemoDomains.write(folder, 16);
    String settings = " --epochs 1 --batch-size 4 --precision fp32 --rank 2 --seeds 1";
    Cli transfer =
        Cli.run(
            ("analyze transfer --data " + data + settings + " --out " + folder.resolve("t"))
                .split(" "));
    assertThat(transfer.code()).as(transfer.err()).isEqualTo(ExitCode.DONE);

    Cli run =
        Cli.run(
            ("analyze similarity --data %s --modules %s --measured %s --out %s --json"
                        .formatted(
                            data,
                            adapters(folder.resolve("t/runs")),
                            folder.resolve("t"),
                            folder.resolve("s"))
                    + settings)
                .split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("predictors")).hasSize(4);
    assertThat(json.get("settings").get("lora.rank").intValue()).isEqualTo(2);
    assertThat(json.get("settings").get("training.epochs").intValue()).isEqualTo(1);
    for (JsonNode predictor : json.get("predictors")) {
      assertThat(predictor.get("correlation").doubleValue()).isBetween(-1.0, 1.0);
      JsonNode matrix = predictor.get("similarity");
      for (int one = 0; one < 3; one++) {
        for (int other = 0; other < 3; other++) {
          assertThat(matrix.get(one).get(other).doubleValue())
              .isCloseTo(matrix.get(other).get(one).doubleValue(), within(1e-6));
        }
      }
    }
    JsonNode cosines = json.at("/predictors/2");
    assertThat(cosines.get("name").textValue()).isEqualTo("gradient cosine");
    assertThat(cosines.at("/similarity/1/1").doubleValue()).isCloseTo(1, within(1e-5));
    JsonNode angles = json.at("/predictors/3");
    assertThat(angles.get("name").textValue()).isEqualTo("principal angles");
    assertThat(angles.at("/similarity/2/2").doubleValue()).isCloseTo(1, within(1e-4));
    assertThat(angles.at("/similarity/0/2").doubleValue()).isBetween(0.0, 1.0);
    assertThat(Files.readString(folder.resolve("s/report.html")))
        .contains(json.get("recommendation").textValue());
    List<String> pairs = Files.readAllLines(folder.resolve("s/pairs.csv"));
    assertThat(pairs.get(0))
        .isEqualTo(
            "with,on,mean discrepancy (MMD),proxy A-distance,gradient cosine,principal angles,"
                + "measured gain");
    assertThat(pairs).hasSize(1 + 3 * 2);
  }

  @Test
  void aMatrixThatIsNotThereIsNamed() throws IOException {
    Cli run =
        Cli.run(
            "analyze similarity --data %s --measured %s --out %s"
                .formatted(
                    DemoDomains.write(folder, 16), folder.resolve("zoo"), folder.resolve("s"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo(
            folder.resolve("zoo")
                + ": must be the --out of an analyze transfer with a transfer.json\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void modulesGoWithDomains() throws IOException {
    Cli run =
        Cli.run(
            "analyze similarity --data %s --modules one two --out %s"
                .formatted(DemoDomains.write(folder, 16), folder.resolve("s"))
                .split(" "));

    assertThat(run.err()).isEqualTo("--modules must be one for each of the 3 domains, got 2\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
