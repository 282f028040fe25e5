package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.files.AtomicFiles;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calibrated probabilities, sets and none of these, as a user meets them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CalibrationPathTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = " --precision fp32 --threads 1 --quiet";

  @TempDir static Path temporary;
  private Path base;
  private JsonNode tuned;

  @BeforeAll
  void tune() throws IOException {
    base = TinyBase.folder(temporary.resolve("base"));
    TinyBase.data(temporary.resolve("data"), 24, false);
    tuned =
        json(
            "tune --base BASE --data TMP/data --out TMP/out --method frozen --max-length 16"
                + " --batch-size 8");
  }

  private static Cli haori(Path base, String line) {
    List<String> words = new ArrayList<>();
    for (String word : (line + RUN).split(" ", -1)) {
      words.add(
          word.replace("BASE", base.toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.runWith(Map.of(), words.toArray(String[]::new));
  }

  private JsonNode json(String line) throws IOException {
    Cli run = haori(base, line + " --json");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return JSON.readTree(run.out().lines().reduce((first, last) -> last).orElseThrow());
  }

  private List<JsonNode> answers(String adapter, String rest) throws IOException {
    Cli run = haori(base, "predict --adapter TMP/" + adapter + rest);
    assertThat(run.err()).isEmpty();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    return answers;
  }

  @Test
  void tuneCalibratesOnTheValidationRowsAndSaysSo() throws IOException {
    assertThat(tuned.at("/calibration/rows").intValue()).isEqualTo(12);
    assertThat(tuned.at("/calibration/temperature").doubleValue()).isPositive();
    JsonNode stored = JSON.readTree(temporary.resolve("out/calibration.json").toFile());
    assertThat(stored.path("temperature")).isEqualTo(tuned.at("/calibration/temperature"));
    assertThat(stored.at("/sets/scores")).hasSize(12);
    assertThat(stored.at("/unknown/scores")).hasSize(12);
    long bytes = 0;
    for (String file : List.of("haori.json", "heads.safetensors")) {
      bytes += Files.size(temporary.resolve("out/" + file));
    }
    assertThat(tuned.path("storedBytes").longValue()).isEqualTo(bytes);
  }

  /** The bound is the ⌈13 · 0.9⌉ = 12th of the 12 rows' own scores, at 0.8 the 11th. */
  @Test
  void theRowsThatItWasLearntFromAreKeptAsPromised() throws IOException {
    List<JsonNode> rows =
        answers(
            "out",
            " --input TMP/data/validation.jsonl --unknown 0.8 --coverage 0.8 --threshold 0.6");
    int kept = 0;
    int covered = 0;
    for (JsonNode row : rows) {
      boolean unknown = row.path("unknown").booleanValue();
      boolean unsure = row.path("unsure").booleanValue();
      String best = null;
      double most = -1;
      for (Map.Entry<String, JsonNode> one : row.path("probabilities").properties()) {
        if (one.getValue().doubleValue() > most) {
          most = one.getValue().doubleValue();
          best = one.getKey();
        }
      }
      assertThat(unsure).isEqualTo(most < 0.6);
      String label = unknown ? "none of these" : unsure ? null : best;
      assertThat(row.path("label").textValue()).isEqualTo(label);
      kept += unknown ? 0 : 1;
      for (JsonNode name : row.path("set")) {
        covered += name.equals(row.path("given_label")) ? 1 : 0;
      }
    }
    assertThat(rows).hasSize(12);
    assertThat(kept).isEqualTo(11);
    assertThat(covered).isEqualTo(11);
    assertThat(answers("out", " --input TMP/data/validation.jsonl --unknown 0.9"))
        .noneMatch(row -> row.path("unknown").booleanValue());
    assertThat(answers("out", " --input TMP/data/validation.jsonl --unknown 0"))
        .filteredOn(row -> row.path("unknown").booleanValue())
        .hasSize(11);
  }

  /** {@code softmax(z / T)} is in proportion to the powers {@code softmax(z)^(1 / T)}. */
  @Test
  void probabilitiesAreCalibratedWhereTheFolderSaysHow() throws IOException {
    copyWithout("plain");
    List<JsonNode> plain = answers("plain", " --input TMP/data/test.jsonl");
    List<JsonNode> calibrated = answers("out", " --input TMP/data/test.jsonl");
    double temperature = tuned.at("/calibration/temperature").doubleValue();
    for (int row = 0; row < plain.size(); row++) {
      double sum = 0;
      for (JsonNode p : plain.get(row).path("probabilities")) {
        sum += Math.pow(p.doubleValue(), 1 / temperature);
      }
      for (Map.Entry<String, JsonNode> p : plain.get(row).path("probabilities").properties()) {
        assertThat(calibrated.get(row).path("probabilities").path(p.getKey()).doubleValue())
            .isCloseTo(Math.pow(p.getValue().doubleValue(), 1 / temperature) / sum, within(1e-4));
      }
      assertThat(calibrated.get(row).path("label")).isEqualTo(plain.get(row).path("label"));
    }
    Cli refused = haori(base, "predict --adapter TMP/plain --text x --unknown 0.5");
    assertThat(refused.code()).isEqualTo(ExitCode.USER);
    assertThat(refused.err().strip())
        .isEqualTo(
            "--unknown must be left out for "
                + temporary
                + "/plain, which has no calibration.json, got 0.5; tune or mix it again, which"
                + " writes one from the validation rows");
    assertThat(answers("plain", " --text wordai --threshold 0.5").get(0).has("unsure")).isTrue();
  }

  private static void copyWithout(String name) throws IOException {
    Path copy = temporary.resolve(name);
    AtomicFiles.delete(copy);
    Files.createDirectories(copy);
    for (String file : List.of("haori.json", "heads.safetensors")) {
      Files.copy(temporary.resolve("out").resolve(file), copy.resolve(file));
    }
  }

  @Test
  void aTableHasTheColumnsThatWereAskedAlsoForABlankText() {
    String out =
        haori(
                base,
                "predict --adapter TMP/out --text wordai --text ~ --format csv --top 5 --unknown 0"
                    + " --coverage 0.9 --threshold 0.999999")
            .out();
    List<String> lines = out.lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "\uFEFFline,text,label,probability,label_2,probability_2,label_3,probability_3,"
                + "label_4,probability_4,label_5,probability_5,unsure,unknown,set");
    assertThat(lines.get(1)).startsWith("1,wordai,none of these,0.").contains(",,,,,true,true,");
    assertThat(lines.get(2)).isEqualTo("2,\" \",,,,,,,,,,,,,");
  }

  @Test
  void evaluateShowsWhetherThePromisesHold() throws IOException {
    Files.createDirectories(temporary.resolve("more"));
    Files.writeString(
        temporary.resolve("more/test.jsonl"),
        Files.readString(temporary.resolve("data/test.jsonl"))
            + "{\"text\": \"wordcx wordcy\", \"label\": \"other\"}\n");
    JsonNode found = json("evaluate --adapter TMP/out --data TMP/more").path("calibration");
    assertThat(found.path("rows").intValue()).isEqualTo(12);
    assertThat(found.path("share").doubleValue()).isEqualTo(0.9);
    assertThat(found.path("errorBefore").doubleValue()).isBetween(0.0, 1.0);
    assertThat(found.path("errorLessChance").doubleValue())
        .isLessThanOrEqualTo(found.path("errorAfter").doubleValue());
    assertThat(found.path("errorByChance").doubleValue()).isBetween(0.01, 0.5);
    assertThat(found.path("coverage").doubleValue() * 12)
        .isCloseTo(Math.rint(found.path("coverage").doubleValue() * 12), within(1e-9));
    assertThat(found.path("unknownRows").intValue()).isEqualTo(1);
    assertThat(found.path("recognised").doubleValue()).isIn(0.0, 1.0);
    assertThat(haori(base, "evaluate --adapter TMP/out --data TMP/more").out())
        .contains("Calibration error ")
        .contains("Sets of --coverage 0.9 hold the right label in ")
        .contains("--unknown 0.9 keeps the answers of ")
        .contains(" of 1 rows with other labels");
    assertThat(
            json("evaluate --adapter TMP/out --data TMP/data --split validation")
                .at("/calibration/kept")
                .doubleValue())
        .isEqualTo(1);
  }

  @Test
  void aRegistryKeepsTheCalibration() throws IOException {
    Cli added =
        Cli.run(
            "module",
            "add",
            temporary.resolve("out").toString(),
            "--name",
            "sorter",
            "--registry",
            temporary.resolve("reg").toString());
    assertThat(added.err()).isEmpty();
    Cli run =
        haori(base, "predict --adapter reg:sorter@1 --registry TMP/reg --text wordai --unknown 0");
    assertThat(run.err()).isEmpty();
    assertThat(JSON.readTree(run.out()).path("label").textValue()).isEqualTo("none of these");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --unknown 1       | --unknown must be in [0, 1), got 1.0
          --unknown -0.1    | --unknown must be in [0, 1), got -0.1
          --unknown NaN     | --unknown must be in [0, 1), got NaN
          --coverage 1.5    | --coverage must be in [0, 1), got 1.5
          --threshold 1     | --threshold must be in (0, 1), got 1.0
          --unknown 0.95    | --unknown must be at most 0.923 with 12 held-out rows (0.95 takes 19), got 0.95
          --coverage 0.999  | --coverage must be at most 0.923 with 12 held-out rows (0.999 takes 999), got 0.999
          """)
  void aMistakeIsOneSentence(String options, String sentence) {
    Cli run = haori(base, "predict --adapter TMP/out --text wordai " + options);
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().strip()).isEqualTo(sentence);
  }

  @Test
  void otherTasksHaveNone() throws IOException {
    Files.createDirectories(temporary.resolve("numbers"));
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      rows.append("{\"text\": \"wordai wordb%c\", \"label\": %d}\n".formatted('a' + i, i));
    }
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(temporary.resolve("numbers/" + split + ".jsonl"), rows);
    }
    JsonNode number =
        json(
            "tune --base BASE --data TMP/numbers --out TMP/number --method frozen --max-length 16"
                + " --epochs 1");
    assertThat(number.has("calibration")).isFalse();
    assertThat(temporary.resolve("number/calibration.json")).doesNotExist();
    Cli run = haori(base, "predict --adapter TMP/number --text wordai --coverage 0.9");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip()).isEqualTo("--coverage must be left out for regression, got 0.9");
  }
}
