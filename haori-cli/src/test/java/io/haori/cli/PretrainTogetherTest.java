package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What domain modules are compared with: one of all domains, and the whole base in sequence. */
final class PretrainTogetherTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path base;

  @BeforeEach
  void writeTexts() throws IOException {
    base = TinyBase.folder(folder);
    corpus("even", 0);
    corpus("odd", 1);
  }

  private void corpus(String name, int first) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = first; i < 48; i += 2) {
      lines.add(word(i + 9) + " " + word(i + 17) + " " + word(i + 23));
    }
    Files.write(folder.resolve(name + ".txt"), lines);
  }

  private static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }

  private JsonNode pretrain(String arguments) throws IOException {
    String all =
        "pretrain --corpus even=$even.txt odd=$odd.txt --batch-size 8 --max-length 16 --threads 1"
            + " --quiet --json "
            + arguments;
    List<String> words = new ArrayList<>(List.of(all.replace("$", folder + "/").split(" ")));
    words.addAll(List.of("--base", base.toString()));
    Cli run = Cli.run(words.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    String[] lines = run.out().strip().split("\n", -1);
    return JSON.readTree(lines[lines.length - 1]);
  }

  @Test
  void aBaseThatReadsFewTokensIsPretrainedWithoutALengthAndSaysSo() throws IOException {
    Path config = base.resolve("config.json");
    assertThat(Files.readString(config)).contains("\"max_position_embeddings\": 40");

    Cli run =
        Cli.run(
            "pretrain",
            "--corpus",
            "even=" + folder.resolve("even.txt"),
            "--out",
            folder.resolve("short").toString(),
            "--epochs",
            "1",
            "--base",
            base.toString());

    assertThat(run.err())
        .contains("Texts are cut at 40 tokens, the most that the base " + base)
        .contains("reads (usual: 128).");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    Cli given =
        Cli.run(
            "pretrain",
            "--corpus",
            "even=" + folder.resolve("even.txt"),
            "--out",
            folder.resolve("long").toString(),
            "--max-length",
            "41",
            "--base",
            base.toString());
    assertThat(given.err())
        .isEqualTo("--max-length must be at most 40 for the base " + base + ", got 41\n");
  }

  @Test
  void oneModuleLearnsTheTextsOfAllDomains() throws IOException {
    JsonNode domains = pretrain("--joint all --out $joint").get("domains");
    assertThat(domains).hasSize(1);
    assertThat(domains.get(0).get("name").textValue()).isEqualTo("all");
    // 24 of each domain, of which 5 % are held out.
    assertThat(domains.get(0).get("texts").intValue()).isBetween(40, 48);
  }

  @Test
  void theWholeBaseLearnsOneDomainAfterAnother() throws IOException {
    JsonNode json = pretrain("--sequential --order even,odd --order odd,even --out $sequence");
    assertThat(json.get("orders")).hasSize(2);
    JsonNode first = json.get("orders").get(0);
    assertThat(first.get("stages")).hasSize(2);
    assertThat(first.get("forgetting").get("odd").doubleValue()).isZero();
    assertThat(json.get("orders").get(1).get("start")).isEqualTo(first.get("start"));
    assertThat(json.get("orderSpread").get("even").isNumber()).isTrue();
    Path stored = folder.resolve("sequence/order-even-odd/model.safetensors");
    assertThat(first.get("trainable").doubleValue() * Float.BYTES / Files.size(stored))
        .as("share of the stored base that was trained")
        .isBetween(0.8, 1.0);
  }
}
