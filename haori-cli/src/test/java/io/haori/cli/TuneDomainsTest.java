package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.tune.Mistakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several domains fitted at once, and how much of a module they need. */
final class TuneDomainsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIXED =
      " --epochs 2 --batch-size 4 --precision fp32 --rank 2 --lr 0.005 --json --out ";

  @TempDir Path folder;

  private Cli tune(String more) throws IOException {
    String data = DemoDomains.write(folder, 16);
    return Cli.run(("tune --data " + data + FIXED + folder.resolve("out") + more).split(" "));
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  @Test
  void oneModelOfAllDomainsIsStoredAndAnswersForEach() throws IOException {
    Cli run = tune(" --weighting dwa");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("weighting").textValue()).isEqualTo("dwa");
    assertThat(json.get("models")).hasSize(1);
    Path out = folder.resolve("out");
    assertThat(out.resolve("haori.json")).exists();
    JsonNode zoo = null;
    for (JsonNode domain : json.at("/models/0/domains")) {
      zoo = domain.get("name").textValue().equals("zoo") ? domain : zoo;
    }
    assertThat(zoo).isNotNull();
    Path data = folder.resolve("zoo");
    for (String split : List.of("train", "validation", "test")) {
      Path file = data.resolve(split + ".jsonl");
      Files.writeString(
          file, Files.readString(file).replace("\"label\"", "\"domain\": \"zoo\", \"label\""));
    }
    Cli evaluated =
        Cli.run(
            "evaluate --adapter %s --data %s --split test --precision fp32 --json"
                .formatted(out, data)
                .split(" "));
    assertThat(evaluated.code()).as(evaluated.err()).isEqualTo(ExitCode.DONE);
    assertThat(lastLine(evaluated).get("accuracy").doubleValue())
        .isEqualTo(zoo.get("test").doubleValue());
  }

  @Test
  void groupsBecomeOneModelEach() throws IOException {
    Cli run = tune(" --groups shed,zoo;kitchen --weighting pcgrad");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("models")).hasSize(2);
    assertThat(json.at("/models/0/domains")).hasSize(2);
    for (JsonNode model : json.get("models")) {
      for (JsonNode domain : model.get("domains")) {
        String name = domain.get("name").textValue();
        long rows = Files.readAllLines(folder.resolve(name + "/test.jsonl")).size();
        long wrong = rows - Math.round(rows * domain.get("test").doubleValue());
        assertThat(domain.get("mistakes")).hasSize((int) Math.min(Mistakes.MOST, wrong));
        for (JsonNode mistake : domain.get("mistakes")) {
          assertThat(mistake.get("row").textValue()).startsWith(name + "/test.jsonl:");
          assertThat(mistake.get("label")).isNotEqualTo(mistake.get("answer"));
        }
      }
    }
    assertThat(folder.resolve("out/model-1/haori.json")).exists();
    assertThat(folder.resolve("out/model-2/haori.json")).exists();
    long sum = 0;
    for (JsonNode model : json.get("models")) {
      sum += model.get("trainable").longValue();
    }
    assertThat(json.get("trainable").longValue()).isEqualTo(sum);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --groups shed,zoo;barn          | --groups must be of shed, zoo, kitchen, got barn
          --groups shed,zoo;zoo,kitchen   | --groups must be a partition of the domains, got zoo twice
          --groups shed;zoo               | --groups must be a partition of the domains, got none with kitchen
          --resume                        | --resume must be left out with several domains, got --resume
          --name all                      | --name must be left out with several domains, got all
          """)
  void aWrongPartitionIsReported(String arguments, String sentence) throws IOException {
    Cli run = tune(" " + arguments);

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void weightingWantsSeveralDomains() throws IOException {
    DemoDomains.write(folder, 16);

    Cli run =
        Cli.run(
            "tune --data %s --weighting dwa --out %s"
                .formatted(folder.resolve("zoo"), folder.resolve("out"))
                .split(" "));

    assertThat(run.err()).isEqualTo("--weighting must be left out with a single --data, got dwa\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void capacityIsSweptByRankAndLayersAndThePointToStopIsReported() throws IOException {
    String data = DemoDomains.write(folder, 16);
    Cli run =
        Cli.run(
            ("analyze capacity --data %s --seeds 1 --ranks 1,2 --layers 2 --epochs 1 --batch-size 4"
                    + " --precision fp32 --json --out %s")
                .formatted(data, folder.resolve("out"))
                .split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("points")).hasSize(3);
    JsonNode one = json.at("/points/0");
    JsonNode two = json.at("/points/1");
    JsonNode top = json.at("/points/2");
    long heads = 3 * (2 * 384 + 2);
    assertThat(one.get("trained").longValue()).isEqualTo(6 * 2 * 2 * 384 + heads);
    assertThat(two.get("trained").longValue()).isEqualTo(6 * 2 * 2 * 2 * 384 + heads);
    assertThat(top.get("trained").longValue()).isEqualTo(2 * 2 * 8 * 2 * 384 + heads);
    assertThat(json.get("recommendation")).hasSize(2);
    assertThat(json.at("/recommendation/0").textValue()).startsWith("Stop at rank ");
    assertThat(Files.readString(folder.resolve("out/report.html"))).contains("By layers");
  }

  @Test
  void moreLayersThanThereAreAreRefused() throws IOException {
    String data = DemoDomains.write(folder, 16);
    Cli run =
        Cli.run(
            "analyze capacity --data %s --seeds 1 --layers 7 --out %s"
                .formatted(data, folder.resolve("out"))
                .split(" "));

    assertThat(run.err())
        .isEqualTo("layers 7\n--layers must be at most 6 for the base minilm, got 7\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
