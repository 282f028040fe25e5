package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.analysis.drift.DriftProfile;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.watch.DriftReference;
import io.haori.testkit.Golden;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomalyTest {
  @TempDir Path folder;

  private Path base;
  private Path data;

  @BeforeEach
  void parts() throws IOException {
    base = Golden.copy("models/dinov2-classification", folder);
    Files.writeString(
        base.resolve("preprocessor_config.json"),
        """
        {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 18},
         "crop_size": {"height": 16, "width": 16}}
        """);
    data = folder.resolve("parts");
    for (int i = 0; i < 16; i++) {
      draw("train/good/" + i, i, false);
    }
    for (int i = 0; i < 4; i++) {
      draw("test/good/" + i, 100 + i, false);
      draw("test/scratch/" + i, 200 + i, true);
    }
  }

  @Test
  void fitsScoresAndEvaluates() throws IOException {
    Path model = folder.resolve("model");

    assertThat(fit(model, "--layers", "1").code()).isZero();
    String detector = model.toString();
    JsonNode evaluated =
        json("anomaly", "evaluate", "--model", detector, "--data", data.toString(), "--json");
    Path maps = folder.resolve("maps");
    String input = data.resolve("test").toString();
    JsonNode scored =
        json(
            "anomaly",
            "score",
            "--model",
            detector,
            "--input",
            input,
            "--heat-maps",
            maps.toString(),
            "--json");

    assertThat(evaluated.path("auroc").doubleValue()).isEqualTo(1);
    assertThat(evaluated.path("averagePrecision").doubleValue()).isEqualTo(1);
    assertThat(evaluated.path("pixelAuroc").doubleValue()).isGreaterThan(0.9);
    assertThat(evaluated.path("masked").intValue()).isEqualTo(4);
    assertThat(evaluated.path("thresholds").path("cost").path("recall").doubleValue()).isEqualTo(1);
    assertThat(scored.path("pictures")).hasSize(8);
    assertThat(folder.resolve("maps/scratch-0.png")).exists();
  }

  @Test
  void aDetectorOfARegistryIsApprovedByItsScoresAndRolledBack() throws IOException {
    assertThat(fit(folder.resolve("one"), "--layers", "1").code()).isZero();
    assertThat(fit(folder.resolve("two"), "--layers", "1", "--keep", "0.5").code()).isZero();
    for (String made : List.of("one", "two")) {
      Cli added = module("add " + folder.resolve(made), "--name normal");
      assertThat(added.code()).as(added.err()).isZero();
    }
    assertThat(module("rule *", "--data parts --metric auroc --at-least 0.9").code()).isZero();
    Cli early = module("promote normal@1", "--to approved --reason r");
    assertThat(early.code()).isEqualTo(2);

    for (int version = 1; version <= 2; version++) {
      String id = "normal@" + version;
      Cli evaluated =
          Cli.run(
              ("anomaly evaluate --record --model reg:" + id + " --data " + data + registry())
                  .split(" "));
      assertThat(evaluated.err()).contains("Recorded for " + id + ".");
      assertThat(module("promote " + id, "--to approved --reason good").code()).isZero();
      assertThat(module("promote " + id, "--to live --reason good").code()).isZero();
    }
    assertThat(module("rollback normal", "--reason strict").out()).contains("normal@1");
    Cli scored =
        Cli.run(
            ("anomaly score --model reg:normal@live --input " + data + "/test" + registry())
                .split(" "));
    assertThat(scored.code()).as(scored.err()).isZero();
    assertThat(scored.out())
        .containsPattern("scratch/0.png +\\S+ +yes")
        .containsPattern("good/1.png +\\S+ +no");
    assertThat(module("show normal@1", "").out()).contains("patchcore");
  }

  @Test
  void aDetectorThatIsNotWholeIsNotAdded() throws IOException {
    Path made = folder.resolve("one");
    assertThat(fit(made, "--layers", "1").code()).isZero();
    Files.delete(made.resolve("memory.safetensors"));

    assertThat(module("add " + made, "--name normal").err())
        .contains(made + ": memory.safetensors is missing");
    Files.writeString(made.resolve("memory.safetensors"), "");
    Files.writeString(made.resolve("anomaly.json"), "{\"format\": 2}");
    assertThat(module("add " + made, "--name normal").code()).isEqualTo(2);
    assertThat(
            Cli.run(
                    "anomaly",
                    "evaluate",
                    "--record",
                    "--model",
                    made.toString(),
                    "--data",
                    data.toString())
                .err())
        .contains(
            "--model must be a version of a registry with --record, such as reg:castings-normal@3,"
                + " got "
                + made);
  }

  private String registry() {
    return " --registry " + folder.resolve("reg");
  }

  private Cli module(String what, String options) {
    return Cli.run(("module " + what + " " + options + registry()).trim().split(" +"));
  }

  @Test
  void aThresholdThatEvaluateShowsMarksThePicturesItIsShownFor() throws IOException {
    // Good pictures of which some score as high as defective ones.
    for (int i = 4; i < 8; i++) {
      draw("test/good/" + i, 300 + i, true);
    }
    Path model = folder.resolve("model");
    assertThat(fit(model, "--layers", "1").code()).isZero();
    String evaluate = "anomaly evaluate --json --model " + model + " --data " + data;
    JsonNode all = json(evaluate.split(" ")).path("thresholds");
    for (String by : List.of("bestF", "falseAlarmRate", "cost")) {
      JsonNode shown = all.path(by);
      if (shown.path("threshold").isNull()) {
        continue;
      }
      double threshold = shown.path("threshold").doubleValue();

      JsonNode used =
          json((evaluate + " --threshold " + threshold).split(" ")).at("/thresholds/inUse");
      assertThat(used.path("recall")).as(by).isEqualTo(shown.path("recall"));
      assertThat(used.path("falseAlarmRate")).as(by).isEqualTo(shown.path("falseAlarmRate"));
      Path other = folder.resolve("of-" + by);
      Cli made =
          Cli.run(
              ("anomaly threshold --model "
                      + model
                      + " --threshold "
                      + threshold
                      + " --out "
                      + other)
                  .split(" "));
      assertThat(made.code()).as(made.err()).isZero();
      JsonNode scored =
          json(
              ("anomaly score --json --model " + other + " --input " + data + "/test/scratch")
                  .split(" "));
      assertThat(scored.path("anomalous").asDouble() / 4)
          .isEqualTo(shown.path("recall").asDouble());
    }
    assertThat(all.at("/cost/recall").asDouble()).isEqualTo(1);
  }

  @Test
  void anotherThresholdLeavesTheFirstDetectorAsItIsAndIsKeptAsItsNextVersion() throws IOException {
    Path model = folder.resolve("model");
    assertThat(fit(model, "--layers", "1").code()).isZero();
    String before = Files.readString(model.resolve("anomaly.json"));
    assertThat(module("add " + model, "--name normal").code()).isZero();

    String threshold = "anomaly threshold --model reg:normal@1 --threshold ";
    Cli made = Cli.run((threshold + "1000 --name normal" + registry()).split(" "));
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .startsWith("A picture is anomalous with a score above 1000 in normal@2 of the registry,");
    Cli scored =
        Cli.run(
            ("anomaly score --model reg:normal@2 --input " + data + "/test" + registry())
                .split(" "));
    assertThat(scored.out()).contains("0 of 8 pictures are anomalous (score above 1000)");
    assertThat(module("log", "").out()).contains("another threshold than ");

    assertThat(Cli.run((threshold + "-1 --name normal" + registry()).split(" ")).err())
        .isEqualTo("--threshold must be finite and at least 0, got -1.0\n");
    Cli onto =
        Cli.run(
            ("anomaly threshold --model " + model + " --threshold 3 --force --out " + model)
                .split(" "));
    assertThat(onto.code()).as(onto.err()).isZero();
    assertThat(Files.readString(model.resolve("anomaly.json")))
        .isNotEqualTo(before)
        .contains("\"threshold\" : 3.0");
    assertThat(model.resolve("memory.safetensors")).exists();
    assertThat(
            Cli.run("anomaly", "threshold", "--model", model.toString(), "--threshold", "3").err())
        .startsWith("--out is missing: haori anomaly threshold needs it, or --name for a registry");
  }

  @Test
  void feedbackIsThatOfARegistryAndTakesThePlaceOfPictures() {
    String evaluate = "anomaly evaluate --model normal ";
    assertThat(Cli.run(evaluate.strip().split(" ")).err())
        .startsWith(
            "--data is missing: haori anomaly evaluate needs it, or --feedback for what people said"
                + " to a server");
    assertThat(Cli.run((evaluate + "--feedback").split(" ")).err())
        .isEqualTo(
            "--model must be a version of a registry with --feedback, such as"
                + " reg:castings-normal@3, got normal\n");
    assertThat(
            Cli.run(("anomaly evaluate --model reg:normal@1 --feedback --data " + data).split(" "))
                .err())
        .isEqualTo("--data must be left out with --feedback, got " + data + "\n");
  }

  @Test
  void anEvaluationByPicturesOfTheFitSaysSo() throws IOException {
    for (int i = 0; i < 16; i++) {
      draw("whole/good/" + i, i, false);
      draw("whole/scratch/" + i, 200 + i, false);
    }
    Path whole = data.resolve("whole");
    Path model = folder.resolve("model");
    Cli fitted =
        Cli.run(
            ("anomaly fit --base " + base + " --layers 1 --data " + whole + " --out " + model)
                .split(" "));
    assertThat(fitted.code()).as(fitted.err()).isZero();
    assertThat(fitted.err()).contains("16 pictures of other classes than good are not learnt from");

    String evaluate = "anomaly evaluate --json --model " + model + " --data ";
    Cli same = Cli.run((evaluate + whole).split(" "));
    Cli others = Cli.run((evaluate + data).split(" "));

    assertThat(same.err())
        .contains(
            "Warning: 16 of 32 pictures are those of the fit, so they say nothing about new ones:"
                + " good/0.png, good/1.png, good/10.png and 13 more.");
    assertThat(new ObjectMapper().readTree(same.out()).path("learnt").asInt()).isEqualTo(16);
    assertThat(others.err()).doesNotContain("those of the fit");
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    assertThat(fit(folder.resolve("model"), "--layers", "7").err())
        .startsWith("anomaly.layers must be at most 2 for this base, got [7]");
    assertThat(fit(folder.resolve("model"), "--good", "fine").err())
        .contains("--good must be one of the classes [good], got fine");
    assertThat(folder.resolve("model")).doesNotExist();
    assertThat(
            Cli.run("anomaly", "score", "--model", folder.toString(), "--input", data.toString())
                .err())
        .contains(folder + ": must be a folder of haori anomaly fit, but has no anomaly.json");
  }

  @Test
  void placesThatAreSomethingElseAreNamed() throws IOException {
    Path model = folder.resolve("one");
    assertThat(fit(model, "--layers", "1").code()).isZero();
    Path file = Files.writeString(folder.resolve("maps"), "x");
    String input = data.resolve("test").toString();
    assertThat(
            Cli.run(
                    "anomaly",
                    "score",
                    "--model",
                    model.toString(),
                    "--input",
                    input,
                    "--heat-maps",
                    file.toString())
                .err())
        .isEqualTo("--heat-maps must be a new or empty folder, got " + file + "\n");
    Cli asked = Cli.run("predict", "--adapter", model.toString(), "--input", input);
    assertThat(asked.code()).isEqualTo(2);
    assertThat(asked.err())
        .isEqualTo(
            model
                + ": must be an adapter folder, but is a detector of anomalies, which haori anomaly"
                + " score asks\n");
  }

  @Test
  void aFitMayPutItsDetectorIntoARegistryAndNothingElseStays() throws IOException {
    String fit = "anomaly fit --base %s --data %s --layers 1 --name normal";
    Cli fitted = Cli.run((fit.formatted(base, data) + registry()).split(" "));
    assertThat(fitted.code()).as(fitted.err()).isZero();
    assertThat(fitted.out()).contains("are kept in normal@1 of the registry");
    assertThat(fitted.err()).contains("Drift is not watched: that takes 30 good pictures");
    assertThat(Path.of(".haori-normal")).doesNotExist();
    assertThat(module("show normal@1", "").out()).contains("patchcore");
    Cli nowhere = Cli.run("anomaly", "fit", "--base", base.toString(), "--data", data.toString());
    assertThat(nowhere.err())
        .startsWith("--out is missing: haori anomaly fit needs it, or --name for a registry\n");
  }

  @Test
  void goodPicturesOfAnEvaluationAreWhatLiveOnesAreComparedWith() throws IOException {
    for (int i = 4; i < 32; i++) {
      draw("test/good/" + i, 100 + i, false);
    }
    String fit = "anomaly fit --base %s --data %s --layers 1 --name normal";
    assertThat(Cli.run((fit.formatted(base, data) + registry()).split(" ")).code()).isZero();
    String evaluate = "anomaly evaluate --record --model reg:normal@1 --data " + data;
    Cli evaluated = Cli.run((evaluate + registry()).split(" "));
    assertThat(evaluated.code()).as(evaluated.err()).isZero();

    try (Registry registry =
        Registry.open(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials(System.getProperty("user.name"), null, null),
            InstantSource.system())) {
      DriftReference reference =
          registry.watch().reference(VersionId.of("normal", 1)).orElseThrow();
      assertThat(reference.split()).isEqualTo("test");
      assertThat(DriftProfile.fromJson(reference.profile()).rows()).isEqualTo(32);
    }
  }

  @Test
  void aDetectorKnowsWhichClassItWasFittedTo() throws IOException {
    data = folder.resolve("others");
    for (int i = 0; i < 16; i++) {
      draw("train/fine/" + i, i, false);
      draw("test/" + (i < 8 ? "fine/" : "scratch/") + i, 100 + i, i >= 8);
    }
    Path model = folder.resolve("model");
    assertThat(fit(model, "--layers", "1", "--good", "fine").code()).isZero();
    assertThat(module("add " + model, "--name normal").code()).isZero();
    assertThat(module("show normal@1", "").out())
        .containsPattern("anomaly.heldOut +0.2\n")
        .containsPattern("anomaly.fit.heldOut +3\n")
        .containsPattern("anomaly.fit.good +fine\n");

    String detector = model.toString();
    JsonNode evaluated =
        json("anomaly", "evaluate", "--model", detector, "--data", data.toString(), "--json");

    assertThat(evaluated.path("auroc").doubleValue()).isEqualTo(1);
    Cli other =
        Cli.run(
            "anomaly", "evaluate", "--model", detector, "--data", data.toString(), "--good", "ok");
    assertThat(other.err()).contains("--good must be one of the classes [fine, scratch], got ok");
  }

  private static JsonNode json(String... arguments) throws IOException {
    return new ObjectMapper().readTree(Cli.run(arguments).out());
  }

  private Cli fit(Path out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("anomaly", "fit", "--base", base.toString(), "--data", data.toString()));
    all.addAll(List.of("--out", out.toString(), "--neighbourhood", "1"));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  /** A grey slope with noise, and perhaps a light scratch with its mask. */
  private void draw(String name, int seed, boolean scratch) throws IOException {
    Random random = new Random(seed);
    int start = 4 + random.nextInt(10);
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    BufferedImage mask = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int grey = 80 + 2 * x + random.nextInt(6);
        if (scratch && x >= start && x < start + 10 && Math.abs(x - y) < 3) {
          grey = 255;
          mask.setRGB(x, y, 0xFFFFFF);
        }
        image.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    write(image, data.resolve(name + ".png"));
    if (scratch) {
      String place = name.replace("test/", "ground_truth/") + "_mask.png";
      write(mask, data.resolve(place));
    }
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
