package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.model.image.ImageFile;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures on a vision transformer as a user fits, scores, asks, mixes and compares them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VisionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private Path base;
  private Path text;

  @BeforeAll
  void makeBaseAndPictures() throws IOException {
    base = TinyVision.folder(folder.resolve("bases"));
    text = TinyBase.folder(folder.resolve("bases"));
    TinyVision.data(folder.resolve("castings"), 12);
    TinyVision.data(folder.resolve("plates"), 6);
    TinyVision.data(folder.resolve("sheets"), 4);
    TinyBase.data(folder.resolve("words"), 12, false);
    Cli run = tune("inspector", "--method lora --epochs 8");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private static Cli haori(String arguments) {
    return Cli.run(arguments.replace("$", folder + "/").split(" "));
  }

  private Cli tune(String out, String more) {
    return haori(
        "tune --data $castings --out $"
            + out
            + " --lr 0.003 --precision fp32 --quiet --base "
            + base
            + " "
            + more);
  }

  private static List<JsonNode> lines(Cli run) throws IOException {
    List<JsonNode> lines = new java.util.ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void aModuleLearnsPicturesOfFoldersAndAnswersThemAsItWasScored() throws IOException {
    Cli evaluated = haori("evaluate --adapter $inspector --data $castings --json");
    JsonNode scores = lines(evaluated).get(0);
    assertThat(scores.get("accuracy").doubleValue()).as(evaluated.out()).isGreaterThan(0.8);

    Cli predicted = haori("predict --adapter $inspector --input $castings/test");

    assertThat(predicted.code()).as(predicted.err()).isEqualTo(ExitCode.DONE);
    List<JsonNode> answers = lines(predicted);
    assertThat(answers).hasSize(12);
    long right =
        answers.stream()
            .filter(
                one -> one.get("image").textValue().startsWith(one.get("label").textValue() + "/"))
            .count();
    assertThat(right / 12.0).isEqualTo(scores.get("accuracy").doubleValue());
  }

  @Test
  void aPictureAloneAndRowsThatNameFilesAreAnsweredAlike() throws IOException {
    Path file = folder.resolve("new/one.png");
    TinyVision.write(file, "hole", new SplittableRandom(3));
    Path rows = Files.writeString(folder.resolve("new/rows.jsonl"), "{\"image\": \"one.png\"}\n");

    JsonNode alone = lines(haori("predict --adapter $inspector --input " + file)).get(0);
    JsonNode named = lines(haori("predict --adapter $inspector --input " + rows)).get(0);

    assertThat(alone.get("label").textValue()).isEqualTo("hole");
    assertThat(named.get("probabilities")).isEqualTo(alone.get("probabilities"));
  }

  @Test
  void heatMapsShowWhereTheModelLooked() {
    Cli run =
        haori("predict --adapter $inspector --input $castings/test/hole --heat-maps $looked-at");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(ImageFile.read(folder.resolve("looked-at/0.png")).height()).isEqualTo(224);
    assertThat(folder.resolve("looked-at").toFile().list()).hasSize(4);
    // Maps have the names of their pictures, so that these would be gone.
    Cli over =
        haori("predict --adapter $inspector --input $castings/test/ok --heat-maps $castings");
    assertThat(over.err())
        .isEqualTo(
            "--heat-maps must be a new or empty folder, got " + folder.resolve("castings") + "\n");
    assertThat(over.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"frozen", "dora", "bidora", "sparse", "modular", "bottleneck", "full", "auto"})
  void everyMethodFitsPictures(String method) throws IOException {
    Cli run = tune("by-" + method, "--json --epochs 2 --method " + method);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(lines(run).get(0).at("/test/accuracy").doubleValue()).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"deit-classification", "dinov2-classification", "dinov2-registers-swiglu"})
  void everyFamilyFitsPictures(String name) throws IOException {
    Path other = TinyVision.folder(name, folder.resolve("bases"));

    Cli run =
        haori(
            "tune --data $castings --method lora --epochs 3 --lr 0.003 --quiet --json --out $on-"
                + name
                + " --base "
                + other);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(lines(run).get(0).at("/test/accuracy").doubleValue()).isGreaterThan(0.5);
  }

  @Test
  void modulesThatLearntPicturesAreMixed() throws IOException {
    Cli other = tune("plates-lora", "--method lora --epochs 2 --force --data $plates");
    assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.DONE);

    Cli run =
        haori(
            "mix --modules $inspector $plates-lora --data $castings --epochs 2 --quiet --json"
                + " --out $mixed");

    assertThat(run.code()).as("on the modules' own base: " + run.err()).isEqualTo(ExitCode.DONE);
    assertThat(lines(run).get(0).get("contributions")).hasSize(2);
  }

  @Test
  void transferBetweenDomainsOfPicturesIsMeasured() throws IOException {
    Cli run =
        haori(
            "analyze transfer --data $castings $plates --epochs 2 --seeds 1 --quiet --json"
                + " --out $transfer --base "
                + base);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(lines(run).get(0).get("domains")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groups --models 2 --seeds 1 --data $sheets",
        "capacity --ranks 1,4 --seeds 2",
        "capacity --layers 1,2 --seeds 2",
        "similarity --seeds 1"
      })
  void everyAnalysisTakesDomainsOfPictures(String analysis) throws IOException {
    Cli run =
        haori(
            "analyze "
                + analysis
                + " --data $castings $plates --epochs 2 --quiet --json --force --out $analysis-"
                + analysis.replaceAll("\\W+", "-")
                + " --base "
                + base);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(lines(run).get(0).get("command").textValue())
        .isEqualTo("analyze " + analysis.replaceFirst(" .*", ""));
  }

  @Test
  void anExportForPeftAnswersAsTheAdapterDoes() throws IOException {
    Cli run = haori("export --format peft --adapter $inspector --out $peft --json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lines(run).get(0);
    assertThat(json.get("pythonClass").textValue()).isEqualTo("PeftModel");
    assertThat(json.get("maxLogitDifference").doubleValue()).isLessThan(1e-4);
    assertThat(Files.readString(folder.resolve("peft/adapter_config.json")))
        .contains("vit.layers.0.attention.q_proj");
    assertThat(folder.resolve("peft/preprocessor_config.json")).exists();
  }

  @Test
  void aHeadOnTheClassTokenAndThePatchesIsThatOfDinov2sClass() throws IOException {
    Path dino = TinyVision.folder("dinov2-classification", folder.resolve("bases"));
    Cli tuned =
        haori(
            "tune --data $castings --method lora --targets all-linear --epochs 8 --lr 0.003"
                + " --precision fp32 --quiet --out $dino --set pooling=first_and_patches --base "
                + dino);
    assertThat(tuned.code()).as(tuned.err()).isEqualTo(ExitCode.DONE);

    Cli run = haori("export --format peft --adapter $dino --out $dino-peft --json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = lines(run).get(0);
    assertThat(json.get("maxLogitDifference").doubleValue()).isLessThan(1e-4);
    assertThat(Files.readString(folder.resolve("dino-peft/adapter_config.json")))
        .contains("dinov2.encoder.layer.0.attention.q_proj");
    Cli merged = haori("export --format merged --adapter $dino --out $dino-merged --json");
    assertThat(merged.code()).as(merged.err()).isEqualTo(ExitCode.DONE);
    assertThat(haori("predict --adapter $dino --input $castings/test/hole --heat-maps $h").code())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void aMergeOfModulesHasThePeftNamesOfItsBase() throws IOException {
    Cli other = tune("for-merge", "--method lora --epochs 2 --seed 7");
    assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.DONE);

    for (String command :
        List.of(
            "module add --name one $inspector --registry $reg --quiet",
            "module add --name other $for-merge --registry $reg --quiet",
            "module merge one@1 other@1 --name both --data $castings --registry $reg --quiet",
            "module export both@1 --out $merged --registry $reg --quiet")) {
      Cli run = haori(command);
      assertThat(run.code()).as(command + run.err()).isEqualTo(ExitCode.DONE);
    }

    assertThat(Files.readString(folder.resolve("merged/adapter_config.json")))
        .contains("vit.layers.0.attention.q_proj");
  }

  @Test
  void picturesOnABaseForTextsAreRefusedAndCountedWithoutIt() {
    Cli tuned = haori("tune --data $castings --method lora --out $no --base " + text);
    Cli checked = haori("data check $castings --base " + text);

    assertThat(tuned.code()).isEqualTo(ExitCode.USER);
    assertThat(tuned.err())
        .as("nothing is said before it")
        .isEqualTo(
            "--data must be texts for a base that reads texts, got the picture"
                + " train/crack/0.png\n");
    assertThat(checked.code()).isEqualTo(ExitCode.DONE);
    assertThat(checked.err())
        .contains("--base " + text + " reads texts, and the data are pictures: it was not used\n");
  }

  @Test
  void textsOnABaseForPicturesAreRefused() {
    Cli tuned = haori("tune --data $words --method lora --out $no --quiet --base " + base);
    Cli asked = haori("predict --adapter $inspector --text hello");

    for (Cli run : List.of(tuned, asked)) {
      assertThat(run.code()).isEqualTo(ExitCode.USER);
      assertThat(run.err())
          .contains("data must be pictures for a base that reads pictures, got the text ");
    }
  }

  @Test
  void writingTextOnABaseForPicturesIsRefused() {
    Cli run = haori("generate --prompt hello --base " + base);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().lines()).hasSize(1);
  }
}
