package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.analysis.drift.DriftProfile;
import io.haori.cli.terminal.ExitCode;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.watch.DriftReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * From tune into a registry, to live, and out of it again, on the base that comes with the build.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RegistryPathTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOOLS =
      List.of("hammer", "saw", "screwdriver", "wrench", "chisel", "drill", "pliers", "file");
  private static final List<String> FRUITS =
      List.of("apple", "pear", "plum", "cherry", "banana", "orange", "grape", "melon");

  @TempDir static Path folder;

  @BeforeAll
  void writeData() throws IOException {
    Files.createDirectories(folder.resolve("things"));
    split("train", 0, 6, "a %s lies on the table");
    split("validation", 4, 8, "where is the %s");
    // As many as a reference for drift needs.
    split("test", 4, 8, "the %s is mine", "this %s is old", "one %s was lost", "take the %s home");
  }

  private static void split(String split, int from, int to, String... sentences)
      throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String sentence : sentences) {
      for (int i = from; i < to; i++) {
        rows.append(row(String.format(sentence, TOOLS.get(i)), "tool"));
        rows.append(row(String.format(sentence, FRUITS.get(i)), "fruit"));
      }
    }
    Files.writeString(folder.resolve("things/" + split + ".jsonl"), rows.toString());
  }

  private static String row(String text, String label) {
    return "{\"text\": \"" + text + "\", \"label\": \"" + label + "\"}\n";
  }

  private static Cli haori(String arguments) {
    return Cli.runWith(
        Map.of("HAORI_REGISTRY", folder.resolve("reg").toString()),
        arguments.replace("$", folder + "/").split(" "));
  }

  private static JsonNode done(String arguments) throws IOException {
    Cli run = haori(arguments + " --quiet --json");
    boolean toPeft = arguments.startsWith("export") && arguments.contains("--format peft");
    assertThat(run.err())
        .startsWith(toPeft ? "transformers has no class for this head" : "")
        .hasLineCount(toPeft ? 1 : 0);
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = run.out().lines().toList();
    return JSON.readTree(lines.get(lines.size() - 1));
  }

  private static void refused(String arguments, String sentence) {
    Cli run = haori(arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  /** Evaluation rows that a server compares a version's answers with. */
  private static int referenceRows(String name) {
    try (Registry registry =
        Registry.open(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials(System.getProperty("user.name"), null, null),
            InstantSource.system())) {
      DriftReference reference = registry.watch().reference(VersionId.of(name, 1)).orElseThrow();
      return DriftProfile.fromJson(reference.profile()).rows();
    }
  }

  @Test
  @Order(1)
  void tuneRegistersWhatItMadeWithItsScores() throws IOException {
    // From a random head: a probe is right everywhere here, and would leave the modules at zero.
    JsonNode first =
        done(
            "tune --data $things --method lora --rank 4 --epochs 3 --precision fp32 --out $lora"
                + " --set training.headStart=random --name things");
    JsonNode second =
        done(
            "tune --data $things --method lora --rank 4 --epochs 3 --precision fp32 --seed 7"
                + " --set training.headStart=random --out $lora7 --name things7");

    assertThat(first.get("module").textValue()).isEqualTo("things@1");
    assertThat(second.get("module").textValue()).isEqualTo("things7@1");
    JsonNode shown = done("module show things@1");
    assertThat(shown.get("state").textValue()).isEqualTo("evaluated");
    assertThat(shown.get("metrics").get("test")).isEqualTo(first.get("test"));
    JsonNode evaluation = shown.get("evaluations").get(0);
    assertThat(evaluation.get("data").textValue()).isEqualTo("things");
    assertThat(evaluation.get("split").textValue()).isEqualTo("test");
    assertThat(evaluation.get("scores")).isEqualTo(first.get("test"));
    assertThat(evaluation.get("dataDigest")).isEqualTo(shown.get("data").get("test"));
    assertThat(folder.resolve("lora/haori.json")).exists();
    assertThat(referenceRows("things")).isEqualTo(32);
  }

  @Test
  @Order(2)
  void whoMayNotAddIsReportedBeforeTraining() {
    refused(
        "tune --data $things --name ../things",
        "module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_', '-'"
            + " and '・', beginning with a letter or digit, without '..', got ../things");
    Cli neither = haori("tune --data $things");
    assertThat(neither.err())
        .startsWith("--out is missing: haori tune needs it, or --name for a registry\n");
    assertThat(neither.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  @Order(2)
  void evaluateRecordsForApproval() throws IOException {
    JsonNode scores =
        done("evaluate --adapter reg:things --data $things --precision fp32 --record");

    JsonNode evaluations = done("module show things@1").get("evaluations");
    assertThat(evaluations).hasSize(2);
    assertThat(evaluations.get(1).get("scores").get("accuracy")).isEqualTo(scores.get("accuracy"));
    refused(
        "evaluate --adapter $lora --data $things --record",
        "--adapter must be a version of a registry with --record, such as reg:food@3, got "
            + folder.resolve("lora"));
    refused(
        "evaluate --adapter reg:plants --data $things", "No module named plants in this registry");
  }

  @Test
  @Order(3)
  void predictAnswersFromWhatIsLive() throws IOException {
    refused(
        "predict --adapter reg:things@live --input $things/test.jsonl",
        "No version of things is live");
    done("module rule things* --data things --at-least 0.1");
    done("module promote things@1 --to approved --by  --reason good");
    done("module promote things@1 --to live --reason release");

    Cli live =
        haori("predict --adapter reg:things@live --input $things/test.jsonl --precision fp32");
    Cli own = haori("predict --adapter $lora --input $things/test.jsonl --precision fp32");

    assertThat(live.err()).isEmpty();
    assertThat(live.out()).isEqualTo(own.out()).contains("probabilities");
    Cli elsewhere =
        Cli.runWith(
            Map.of(),
            "predict --adapter reg:things@live --registry $reg --input $things/test.jsonl"
                .replace("$", folder + "/")
                .split(" "));
    assertThat(elsewhere.code()).isEqualTo(ExitCode.DONE);
  }

  @Test
  @Order(4)
  void aBaseWithAnotherDigestIsRefused() throws IOException {
    Path other = folder.resolve("other");
    try (var files = Files.walk(folder.resolve("lora"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, other.resolve(folder.resolve("lora").relativize(file).toString()));
      }
    }
    ObjectNode json = (ObjectNode) JSON.readTree(other.resolve("haori.json").toFile());
    String digest = json.get("base").get("digest").textValue();
    ((ObjectNode) json.get("base")).put("digest", "0".repeat(64));
    Files.writeString(other.resolve("haori.json"), json.toString());
    done("module add $other --name strange");

    String sentence =
        " must be minilm with the digest "
            + "0".repeat(64)
            + ", got minilm with the digest "
            + digest;
    refused(
        "predict --adapter reg:strange --input $things/test.jsonl",
        "base of reg:strange" + sentence);
    refused("evaluate --adapter reg:strange --data $things", "base of reg:strange" + sentence);
    refused(
        "export --adapter reg:strange --format peft --out $nowhere",
        "base of reg:strange" + sentence);
    refused(
        "mix --modules reg:strange --data $things --out $nowhere", "base of strange@1" + sentence);
    refused("module prune strange --energy 0.9 --data $things", "base of strange@1" + sentence);
    refused(
        "module merge strange things --name x --data $things",
        "base of strange@1, things@1 must be the same, got the digests "
            + "0".repeat(64)
            + " and "
            + digest);
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  @Order(4)
  void anExportOfAVersionGivesTheSameScores() throws IOException {
    JsonNode json = done("export --adapter reg:things@1 --format peft --out $peft");

    assertThat(json.get("maxLogitDifference").doubleValue()).isBetween(0.0, 1e-4);
    JsonNode imported = done("module import $peft --name back --base minilm");
    assertThat(imported.get("versions").get(0).textValue()).isEqualTo("back@1");
    assertThat(done("module show back").get("base"))
        .isEqualTo(done("module show things").get("base"));
  }

  @Test
  @Order(5)
  void aMixOfVersionsIsRegisteredWithItsParentsAndAnswersAlone() throws IOException {
    JsonNode mixed =
        done(
            "mix --modules reg:things@live reg:things7 --data $things --epochs 2 --lr 0.01"
                + " --precision fp32 --out $mixed --name menu --save-recipe $menu.yaml");

    assertThat(mixed.get("module").textValue()).isEqualTo("menu@1");
    JsonNode shown = done("module show menu");
    assertThat(shown.get("parents")).hasSize(2);
    assertThat(shown.get("parents").get(0).get("module").textValue()).isEqualTo("things@1");
    assertThat(shown.get("parents").get(0).get("relation").textValue()).isEqualTo("mix");
    assertThat(Files.readString(folder.resolve("menu.yaml")))
        .contains("folder: reg:things@1", "folder: reg:things7@1");
    assertThat(referenceRows("menu")).as("a server watches its answers").isEqualTo(32);
    JsonNode scores = done("evaluate --adapter reg:menu --data $things --precision fp32");
    assertThat(scores.get("accuracy")).isEqualTo(mixed.get("test").get("accuracy"));
    JsonNode folderScores = done("evaluate --adapter $mixed --data $things --precision fp32");
    assertThat(folderScores.get("accuracy")).isEqualTo(scores.get("accuracy"));
    refused(
        "module retire things7@1",
        "things7@1 must be free of what depends on it, got the mix menu@1");
    JsonNode again = done("mix --recipe $menu.yaml --out $again --precision fp32");
    assertThat(again.get("test")).isEqualTo(mixed.get("test"));
  }

  @Test
  @Order(6)
  void aMixOfFoldersFindsItsModulesInTheRegistry() throws IOException {
    JsonNode mixed =
        done(
            "mix --modules $lora --data $things --epochs 1 --precision fp32 --out $alone"
                + " --baselines frozen");
    assertThat(mixed.has("module")).isFalse();

    done("module add $alone --name alone");

    // back@1 was imported from an export of things@1: its files are the same.
    assertThat(done("module show alone").get("parents").get(0).get("module").textValue())
        .isIn("things@1", "back@1");
    assertThat(done("evaluate --adapter reg:alone --data $things --precision fp32").get("accuracy"))
        .isEqualTo(mixed.get("test").get("accuracy"));
    assertThat(done("module verify").get("versions").intValue()).isPositive();
  }

  @Test
  @Order(7)
  void duplicatesAreNamedMergedAndPruned() throws IOException {
    done("module add $lora --name copy");

    JsonNode pairs = done("module duplicates --above 0.99").get("pairs");
    // The module imported from PEFT is the same one, too.
    assertThat(pairs).isNotEmpty().allMatch(pair -> pair.get("overlap").doubleValue() > 0.99);
    assertThat(pairs.findValuesAsText("first")).contains("copy@1");
    assertThat(done("module duplicates --names things* --above 0").get("pairs")).hasSize(1);

    JsonNode merged = done("module merge copy things --name both --rank 4 --data $things");
    assertThat(merged.get("module").textValue()).isEqualTo("both@1");
    assertThat(merged.get("energyLost").doubleValue()).isBetween(-1e-9, 1e-6);
    assertThat(merged.get("before")).hasSize(2);
    assertThat(merged.get("after").get("test")).isEqualTo(merged.get("before").get(0).get("test"));
    JsonNode both = done("module show both");
    assertThat(both.get("parents")).hasSize(2);
    assertThat(both.get("parents").get(0).get("relation").textValue()).isEqualTo("merged");
    assertThat(both.get("state").textValue()).isEqualTo("evaluated");

    JsonNode alone = done("module merge things --name alone --kind knots --data $things");
    assertThat(alone.get("energyLost").doubleValue()).isZero();
    assertThat(alone.get("after").get("test")).isEqualTo(alone.get("before").get(0).get("test"));
    JsonNode settings = done("module show alone").get("settings");
    assertThat(settings.get("merged.kind").textValue()).isEqualTo("knots");
    assertThat(settings.get("merged.density").doubleValue()).isEqualTo(0.2);

    JsonNode pruned = done("module prune things@1 --energy 0.5 --data $things");
    assertThat(pruned.get("module").textValue()).isEqualTo("things@2");
    assertThat(pruned.get("parent").textValue()).isEqualTo("things@1");
    assertThat(pruned.get("components").get("before").intValue()).isEqualTo(48);
    assertThat(pruned.get("components").get("after").intValue()).isBetween(1, 40);
    assertThat(pruned.get("energyLost").doubleValue()).isBetween(0.0, 0.5);
    assertThat(pruned.get("bytes").get("after").longValue())
        .isLessThan(pruned.get("bytes").get("before").longValue());
    JsonNode version = done("module show things@2");
    assertThat(version.get("parents").get(0).get("relation").textValue()).isEqualTo("pruned");
    assertThat(version.get("settings").get("pruned.of").textValue()).isEqualTo("things@1");
    assertThat(
            done("evaluate --adapter reg:things@2 --data $things --precision fp32").get("accuracy"))
        .isEqualTo(pruned.get("after").get("test").get("accuracy"));

    JsonNode bounded = done("module prune things7 --max-loss-rise 0.05 --data $things --name thin");
    assertThat(bounded.get("module").textValue()).isEqualTo("thin@1");
    double rise =
        bounded.get("after").get("validationLoss").doubleValue()
            - bounded.get("before").get(0).get("validationLoss").doubleValue();
    assertThat(rise).isLessThanOrEqualTo(0.05);
  }

  @Test
  @Order(7)
  void whatAMemberLosesInAMergedModuleIsMeasuredAndBounded() throws IOException {
    done("module rule both --data things --at-least 0");
    done("module promote both@1 --to approved --reason tried");
    done("module rule thing* --loss-at-most 0");
    String live = "module promote both@1 --to live --reason release";
    refused(
        live,
        "loss of accuracy of things@1 in both@1 must be at most 0.0, got no measurement; haori"
            + " module together measures it");

    JsonNode measured = done("module together both --data $things");

    assertThat(measured.get("subject").textValue()).isEqualTo("both@1");
    assertThat(measured.get("members")).hasSize(2);
    JsonNode member = measured.get("members").get(1);
    assertThat(member.get("module").textValue()).isEqualTo("things@1");
    assertThat(member.get("alone"))
        .isEqualTo(done("evaluate --adapter reg:things@1 --data $things").get("accuracy"));
    assertThat(member.get("together"))
        .isEqualTo(done("evaluate --adapter reg:both@1 --data $things").get("accuracy"));
    assertThat(member.get("atMost").doubleValue()).isZero();
    done(live);
    assertThat(haori("module rule thing* --list").out())
        .contains("a loss of accuracy beside others of at most 0.0");
    done("module rule thing* --remove");
  }

  @Test
  @Order(7)
  void modulesThatActTogetherInRequestsAreMeasuredByTheirOwnRows() throws IOException {
    JsonNode measured =
        done(
            "module together things@1 things7 --weights 1,-3 --data things@1=$things --data"
                + " things7=$things");

    assertThat(measured.get("subject").textValue()).isEqualTo("things@1 + things7@1*-3.0");
    JsonNode first = measured.get("members").get(0);
    assertThat(first.get("rows").intValue()).isEqualTo(32);
    assertThat(first.get("loss").doubleValue())
        .isEqualTo(first.get("alone").doubleValue() - first.get("together").doubleValue());
    refused(
        "module together things@1 things7 --data things7=$things",
        "--data must name the rows of things@1, got nothing");
    refused(
        "module together things@1 things7 --data $things --data other=$things",
        "--data must be about things@1, things7@1, got other");
    refused(
        "module together things@1 things7 --data $things --metric mood",
        "--metric must be one of accuracy, macroF1, mcc, microF1 for things@1, got mood");
    refused(
        "module together things@1 things7 --data $things --split best",
        "--split must be one of train, validation, test, got best");
  }

  @Test
  @Order(8)
  void whatCannotBePrunedOrMergedIsReportedInOneSentence() throws IOException {
    done(
        "tune --data $things --method dora --rank 2 --epochs 1 --precision fp32 --out $dora --name"
            + " dora");
    done(
        "tune --data $things --method frozen --epochs 1 --precision fp32 --out $frozen --name"
            + " frozen");
    String lowRank = " must be of a method that adds a low-rank update as lora does, got ";
    refused("module prune dora --energy 0.9 --data $things", "dora@1" + lowRank + "dora");
    refused("module merge things frozen --name x --data $things", "frozen@1" + lowRank + "frozen");
    refused(
        "module prune things --energy 0.9",
        "--data must be a folder with validation and test, on which the loss of accuracy is"
            + " measured, got nothing");
    refused(
        "module prune things --data $things",
        "--energy or --max-loss-rise must be given, got neither");
    refused("module prune things --energy 0 --data $things", "--energy must be in (0, 1], got 0.0");
    refused(
        "module prune things --max-loss-rise -1 --data $things",
        "--max-loss-rise must be finite, at least 0, got -1.0");
    refused(
        "module merge things things@2 --name x --data $things",
        "modules to merge must be different versions, got one of them twice");
    refused(
        "module merge things things7 --name x --weights 1 --data $things",
        "--weights must be one a module, 2, got 1");
    String merge = "module merge things things7 --name x --data $things ";
    refused(merge + "--kind tie", "--kind must be one of sum, ties, dare, knots, got tie");
    refused(merge + "--kind ties --density 0", "--density must be in (0, 1], got 0.0");
    refused(merge + "--density 0.5", "--density must be left out with the kind sum, got 0.5");
    refused(merge + "--kind ties --seed 3", "--seed must be left out without --kind dare, got 3");
    refused("module duplicates --above 2", "--above must be in [0, 1], got 2.0");
    // A PEFT folder does not say the labels of its head.
    refused(
        "module prune back --energy 0.9 --data $things",
        "--data must be left out for back@1, which has no head to score, got "
            + folder.resolve("things"));
    assertThat(done("module duplicates --above 0").get("compared").intValue()).isPositive();
  }

  @Test
  @Order(9)
  void withoutAFolderTheRegistryAloneGetsTheAdapter() throws IOException {
    Path work = Path.of(".haori-only");
    JsonNode json =
        done("tune --data $things --method frozen --epochs 1 --precision fp32 --name only");

    assertThat(json.get("module").textValue()).isEqualTo("only@1");
    assertThat(work).doesNotExist();
    assertThat(done("evaluate --adapter reg:only --data $things --precision fp32").get("accuracy"))
        .isEqualTo(json.get("test").get("accuracy"));
  }

  @Test
  @Order(10)
  void aGateOverVersionsIsRegisteredWithThemAndAnswersAlone() throws IOException {
    String gate = "mix --modules reg:things@1 reg:things7@1 --data $things --route gated ";
    refused(
        gate + "--bridge diagonal --out $gate",
        "--bridge must be left out with --route gated, got diagonal");
    refused(gate + "--sizes 4 --out $gate", "--sizes must be left out with --route gated, got [4]");
    refused(
        gate + "--set gated.kind=text --out $gate",
        "gated.kind must be one of task, input, got text");

    JsonNode gated =
        done(gate + "--set gated.kind=input --epochs 1 --precision fp32 --out $gate --name gate");

    assertThat(gated.get("module").textValue()).isEqualTo("gate@1");
    assertThat(gated.get("method").textValue()).isEqualTo("gated");
    assertThat(folder.resolve("gate/gate.safetensors")).exists();
    assertThat(done("module show gate").get("parents"))
        .extracting(one -> one.get("relation").textValue() + " " + one.get("module").textValue())
        .containsExactly("mix things@1", "mix things7@1");
    assertThat(referenceRows("gate")).isEqualTo(32);
    assertThat(done("evaluate --adapter reg:gate --data $things --precision fp32").get("accuracy"))
        .isEqualTo(gated.get("test").get("accuracy"));
  }
}
