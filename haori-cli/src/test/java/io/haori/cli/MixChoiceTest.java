package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether to mix at all is decided by cross-validation where rows are few and nothing is chosen.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MixChoiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private Path base;

  @BeforeAll
  void learnModules() throws IOException {
    base = TinyBase.folder(folder);
    corpus("even", 0);
    corpus("odd", 1);
    TinyBase.data(folder.resolve("things"), 24, false);
    json("pretrain --corpus even=$even.txt odd=$odd.txt --rank 2 --batch-size 8 --out $modules");
  }

  private static void corpus(String name, int first) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = first; i < 60; i += 2) {
      lines.add(word(i + 9) + " " + word(i + 17) + " " + word(i + 23));
    }
    Files.write(folder.resolve(name + ".txt"), lines);
  }

  private static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }

  private Cli haori(String arguments) {
    return loud(arguments + " --quiet");
  }

  private Cli loud(String arguments) {
    String read = arguments.startsWith("evaluate") ? "" : " --max-length 16";
    String all = arguments + read + " --precision fp32 --threads 1";
    List<String> words = new ArrayList<>(List.of(all.replace("$", folder + "/").split(" ")));
    words.addAll(List.of("--base", base.toString()));
    return Cli.run(words.toArray(String[]::new));
  }

  private void tuned(String name) {
    Cli run = haori("tune --data $things --method lora --epochs 1 --out $" + name);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private JsonNode json(String arguments) throws IOException {
    Cli run = haori(arguments + " --json");
    assertThat(run.err()).isEmpty();
    return lastLine(run);
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    String[] lines = run.out().strip().split("\n", -1);
    return JSON.readTree(lines[lines.length - 1]);
  }

  private static String taken(JsonNode result) {
    for (JsonNode way : result.at("/choice/ways")) {
      if (way.get("chosen").asBoolean()) {
        return way.get("way").textValue();
      }
    }
    throw new AssertionError("no way was chosen: " + result);
  }

  @Test
  void withoutAnyChoiceAMixAModuleOrAWayWithoutModulesIsTaken() throws IOException {
    Cli run =
        haori(
            "mix --modules $modules/even $modules/odd --data $things --out $open --save-recipe"
                + " $open.yaml --json");
    assertThat(run.err()).isEmpty();
    JsonNode result = lastLine(run);
    assertThat(result.at("/choice/ways").findValuesAsText("way"))
        .containsExactly(
            "probe",
            "lora from the probe",
            "lora",
            "lora contrastive",
            "the mix",
            "probe on even",
            "further from even",
            "probe on odd",
            "further from odd",
            "the modules' mean",
            "further from the modules' mean",
            "the modules' sum",
            "further from the modules' sum",
            "routed by arrow",
            "routed by nearest");
    String taken = taken(result);
    assertThat(run.out()).contains(taken + " is taken: it ");
    assertThat(run.words()).contains("Probabilities calibrated on 24 held-out rows");
    assertThat(result.at("/interval/rows").intValue()).isEqualTo(12);
    assertThat(result.has("contributions"))
        .isEqualTo(!taken.equals("probe") && !taken.startsWith("lora"));
    JsonNode again = json("evaluate --adapter $open --data $things");
    assertThat(again.get("accuracy")).isEqualTo(result.get("test").get("accuracy"));

    assertThat(Files.readString(folder.resolve("open.yaml"))).contains("route: auto");
    JsonNode same = json("mix --recipe $open.yaml --out $open-again");
    assertThat(taken(same)).isEqualTo(taken);
    assertThat(same.get("test")).isEqualTo(result.get("test"));
  }

  @Test
  void aSingleModuleHasNothingToBeRoutedTo() throws IOException {
    JsonNode result = json("mix --modules $modules/even --data $things --out $one");
    assertThat(result.at("/choice/ways").findValuesAsText("way"))
        .containsExactly(
            "probe",
            "lora from the probe",
            "lora",
            "lora contrastive",
            "the mix",
            "probe on even",
            "further from even");
  }

  @Test
  void aModuleThatWasTrainedOnTheSameRowsIsReported() {
    tuned("own");
    Cli run = haori("mix --modules $own --data $things --out $same");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "Warning: own was trained on these very rows, so that it looks better here than it is"
                + " on new texts.\n");
  }

  @Test
  void headsThatKnowTheLabelsAreNamed() {
    tuned("sister");
    Cli run = loud("mix --modules $modules/even $sister --data $things --route sum --out $summed");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "A mix leaves heads out, and heads of these modules know labels of the rows: "
                + folder.resolve("sister")
                + ". haori tune --from starts from them.");
    Cli without = loud("mix --modules $modules/even --data $things --route sum --out $unheaded");
    assertThat(without.code()).as(without.err()).isZero();
    assertThat(without.err()).doesNotContain("heads");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--route learned",
        "--bridge diagonal",
        "--train P",
        "--epochs 1",
        "--set domix.dropout=0.1",
        "--baselines frozen",
        "--sizes 1"
      })
  void whoeverChoosesSomethingGetsTheMix(String chosen) throws IOException {
    JsonNode result =
        json("mix --modules $modules/even --data $things --out $mix --force " + chosen);
    assertThat(result.get("method").textValue()).isEqualTo("domix");
    assertThat(result.has("choice")).isFalse();
  }

  @Test
  void fromFiveHundredRowsOnAMixIsAMix() throws IOException {
    TinyBase.data(folder.resolve("many"), 500, false);
    // Some of its few words come in the same order twice, which is reported.
    JsonNode result =
        lastLine(haori("mix --modules $modules/even --data $many --out $large --json"));
    assertThat(result.get("method").textValue()).isEqualTo("domix");
    assertThat(result.has("choice")).isFalse();
  }
}
