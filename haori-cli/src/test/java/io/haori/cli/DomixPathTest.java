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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From texts without labels to a mix that answers, as a user does it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DomixPathTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOOLS =
      List.of("hammer", "saw", "screwdriver", "wrench", "chisel", "drill", "pliers", "file");
  private static final List<String> FRUITS =
      List.of("apple", "pear", "plum", "cherry", "banana", "orange", "grape", "melon");

  @TempDir static Path folder;
  private Path modules;
  private Path data;
  private Path mixed;

  @BeforeAll
  void writeTexts() throws IOException {
    modules = folder.resolve("modules");
    mixed = folder.resolve("mixed");
    corpus("tools", TOOLS);
    corpus("fruits", FRUITS);
    corpus("both", Stream.concat(TOOLS.stream(), FRUITS.stream()).toList());
    data = Files.createDirectories(folder.resolve("things"));
    split("train", "a %s lies on the table", 0, 6);
    split("validation", "where is the %s", 4, 8);
    split("test", "the %s is mine", 4, 8);
  }

  private static void corpus(String name, List<String> things) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String thing : things) {
      lines.add("the " + thing + " of my father");
      lines.add("she bought a " + thing + " and two more of them");
      lines.add("no " + thing + " today");
    }
    Files.write(folder.resolve(name + ".txt"), lines);
  }

  private void split(String split, String sentence, int from, int to) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      for (String label : List.of("tool", "fruit")) {
        String thing = (label.equals("tool") ? TOOLS : FRUITS).get(i);
        String text = String.format(sentence, thing);
        rows.append("{\"text\": \"" + text + "\", \"label\": \"" + label + "\"}\n");
      }
    }
    Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
  }

  private static Cli haori(String arguments) {
    return Cli.run(arguments.replace("$", folder + "/").split(" "));
  }

  private static JsonNode lastLine(Cli run) throws IOException {
    String[] lines = run.out().strip().split("\n", -1);
    return JSON.readTree(lines[lines.length - 1]);
  }

  private static byte[] bytes(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  @Test
  @Order(1)
  void pretrainLearnsOneModuleADomain() throws IOException {
    Cli run =
        haori(
            "pretrain --corpus tools=$tools.txt fruits=$fruits.txt --out $modules --rank 4"
                + " --batch-size 8 --precision fp32 --quiet --json");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("command").textValue()).isEqualTo("pretrain");
    assertThat(json.get("domains")).hasSize(2);
    for (JsonNode domain : json.get("domains")) {
      assertThat(domain.get("objective").textValue()).isEqualTo("simcse");
      assertThat(domain.get("tokens").longValue()).isPositive();
      assertThat(domain.get("lossStart").isNumber()).isTrue();
      assertThat(domain.get("lossEnd").isNumber()).isTrue();
      Path module = Path.of(domain.get("module").textValue());
      assertThat(module.resolve("adapter_config.json")).exists();
      assertThat(module.resolve("haori.json")).exists();
      assertThat(module.resolve("checkpoint")).doesNotExist();
    }
    assertThat(json.has("tokensPerSecond")).isTrue();
  }

  @Test
  @Order(2)
  void aDomainAddedLaterTouchesNoModule() throws IOException {
    Path tools = modules.resolve("tools/adapter_model.safetensors");
    byte[] before = bytes(tools);
    Cli run =
        haori(
            "pretrain --corpus both=$both.txt --out $modules --rank 2 --alpha 4 --batch-size 8"
                + " --precision fp32");
    // This base was made by contrastive learning itself.
    assertThat(run.err().lines().toList())
        .contains(
            "The contrastive loss of both began near 0: this base separates such texts already, so"
                + " texts alone teach it little and may undo what it knows. Rows with labels do"
                + " (haori tune), pairs of texts that belong together (--objective"
                + " pairs), or words to predict on a base that has the head for it (--base"
                + " bert-base).");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(bytes(tools)).isEqualTo(before);
    assertThat(modules.resolve("both/haori.json")).exists();
  }

  @Test
  @Order(2)
  void aFinishedModuleIsNotLearntAgain() {
    Cli run = haori("pretrain --corpus tools=$tools.txt --out $modules --quiet");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "--out must be a folder without the module tools, got "
                + modules
                + "; --resume keeps it and learns the others, --force replaces it\n");
    Cli other = haori("pretrain --corpus tools=$both.txt --out $modules --resume --quiet");
    assertThat(other.code()).isEqualTo(ExitCode.USER);
    assertThat(other.err())
        .isEqualTo(
            modules.resolve("tools")
                + ": was learnt from other texts or with other settings; --resume cannot keep"
                + " it\n");
  }

  @Test
  @Order(2)
  void resumeKeepsWhatIsDone() throws IOException {
    Cli run =
        haori(
            "pretrain --corpus tools=$tools.txt fruits=$fruits.txt --out $modules --rank 4"
                + " --batch-size 8 --precision fp32 --resume --json");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).endsWith("All modules are in " + modules + " already.\n");
    JsonNode json = lastLine(run);
    assertThat(json.get("domains")).isEmpty();
    assertThat(json.get("kept").findValuesAsText("name")).containsExactly("tools", "fruits");
    assertThat(json.at("/kept/0/module").textValue())
        .isEqualTo(modules.resolve("tools").toString());
    assertThat(json.at("/settings/lora.rank").intValue()).isEqualTo(4);
  }

  @Test
  @Order(2)
  void mistakesOfPretrainAreOneSentence() {
    Cli twice = haori("pretrain --corpus a=$tools.txt a=$both.txt --out $m");
    assertThat(twice.err()).isEqualTo("--corpus must be of different names, got a twice\n");
    Cli unnamed = haori("pretrain --corpus $tools.txt --out $m");
    assertThat(unnamed.err())
        .isEqualTo("--corpus must be NAME=FILE, got " + folder.resolve("tools.txt") + "\n");
    Cli missing = haori("pretrain --corpus a=$none.txt --out $m");
    assertThat(missing.err())
        .isEqualTo(folder.resolve("none.txt") + ": cannot be read (no such file)\n");
    Cli causal = haori("pretrain --corpus a=$tools.txt --objective causal --out $m --quiet");
    assertThat(causal.err())
        .isEqualTo(
            "--objective must be another than causal for the base minilm, which has no head that"
                + " predicts the next token, got causal\n");
    Cli head = haori("pretrain --corpus a=$tools.txt --objective mlm --out $m --quiet");
    assertThat(head.err())
        .isEqualTo(
            "--objective must be another than mlm for the base minilm, which has no masked-LM head,"
                + " got mlm\n");
    Cli order = haori("pretrain --corpus a=$tools.txt b=$both.txt --out $m --sequential --order b");
    assertThat(order.err()).isEqualTo("--order must be all domains once, a,b, got b\n");
    Cli unknown = haori("pretrain --corpus a=$tools.txt --out $m --set pretrain.warp=1");
    assertThat(unknown.err()).startsWith("--set must name one of ").endsWith("got pretrain.warp\n");
    for (Cli run : List.of(twice, unnamed, missing, causal, head, order, unknown)) {
      assertThat(run.code()).isEqualTo(ExitCode.USER);
    }
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  @Order(3)
  void mixFitsATaskAndReportsWhoContributed() throws IOException {
    Cli run =
        haori(
            "mix --modules $modules/tools $modules/fruits $modules/both --data $things --out $mixed"
                + " --epochs 6 --lr 0.01 --batch-size 4 --precision fp32 --save-recipe $mix.yaml"
                + " --baselines frozen,single --sizes 64,1 --quiet --json");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = lastLine(run);
    assertThat(json.get("command").textValue()).isEqualTo("mix");
    assertThat(json.get("method").textValue()).isEqualTo("domix");
    assertThat(json.get("test").get("accuracy").doubleValue()).isGreaterThan(0.7);
    double sum = 0;
    for (JsonNode one : json.get("contributions")) {
      sum += one.get("share").doubleValue();
      assertThat(one.get("leaveOneOut").isNumber()).isTrue();
      assertThat(one.get("leaveOneOutInterval")).hasSize(2);
      assertThat(one.get("layers")).hasSize(6);
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    assertThat(json.get("baselines")).hasSize(2);
    assertThat(run.words()).contains("the frozen base", "the module ", "the mix gains");
    for (JsonNode one : json.get("baselines")) {
      assertThat(run.words()).contains(one.get("sentence").textValue());
    }
    JsonNode sizes = json.get("sizes");
    assertThat(sizes).hasSize(3);
    assertThat(sizes.get(0).has("rank")).isFalse();
    assertThat(sizes.get(1).get("energyLost").doubleValue()).isLessThan(1e-6);
    assertThat(sizes.get(1).get("test")).isEqualTo(json.get("test"));
    assertThat(sizes.get(2).get("energyLost").doubleValue()).isBetween(0.001, 1.0);
    assertThat(sizes.get(2).get("storedBytes").longValue())
        .isLessThan(sizes.get(1).get("storedBytes").longValue());
    assertThat(Files.readString(mixed.resolve("contributions.svg")))
        .startsWith("<svg")
        .endsWith("</svg>");
    JsonNode stored = JSON.readTree(mixed.resolve("mix.json").toFile());
    assertThat(stored.get("modules")).hasSize(3);
    assertThat(Files.size(mixed.resolve("mix.safetensors"))).isLessThan(3_000_000);
  }

  @Test
  @Order(3)
  void theLoraBaselineIsWhatTuneFits() throws IOException {
    String run = " --data $things --epochs 2 --batch-size 4 --precision fp32 --quiet --json";
    Cli mix =
        haori(
            "mix --modules $modules/tools --out $beside --lr 0.02 --baselines lora"
                + " --set training.headLearningRateRatio=3"
                + run);
    Cli tune = haori("tune --method lora --out $lora" + run);

    JsonNode baseline = lastLine(mix).at("/baselines/0");
    JsonNode alone = lastLine(tune);
    assertThat(baseline.get("name").textValue()).isEqualTo("LoRA without domain modules");
    assertThat(baseline.get("trainable")).isEqualTo(alone.get("trainable"));
    assertThat(baseline.get("validation")).isEqualTo(alone.get("validation"));
    assertThat(baseline.get("test")).isEqualTo(alone.get("test"));
  }

  @Test
  @Order(3)
  void aMixWithoutLoraBesideItSaysHowToCompare() {
    Cli run =
        haori(
            "mix --modules $modules/tools --data $things --out $uncompared --epochs 1"
                + " --precision fp32");

    assertThat(run.err().lines().toList())
        .contains(
            "Not compared with LoRA: --baselines lora does that; --route auto takes what"
                + " cross-validation prefers.");
  }

  @Test
  @Order(4)
  void aMixAnswersIsScoredAndExported() throws IOException {
    JsonNode stored = JSON.readTree(mixed.resolve("haori.json").toFile());
    Cli evaluate = haori("evaluate --adapter $mixed --data $things --precision fp32 --json");
    assertThat(evaluate.code()).isEqualTo(ExitCode.DONE);
    assertThat(lastLine(evaluate).get("accuracy")).isEqualTo(stored.get("test").get("accuracy"));

    Cli predict =
        Cli.runWithInput(
            "the banana is mine\n", "predict", "--adapter", mixed.toString(), "--input", "-");
    assertThat(predict.code()).isEqualTo(ExitCode.DONE);
    assertThat(JSON.readTree(predict.out()).get("label").textValue()).isEqualTo("fruit");

    Cli exact = haori("export --adapter $mixed --format peft --out $peft --json");
    assertThat(exact.code()).isEqualTo(ExitCode.DONE);
    assertThat(lastLine(exact).get("maxLogitDifference").doubleValue()).isLessThan(1e-4);
    JsonNode config = JSON.readTree(folder.resolve("peft/adapter_config.json").toFile());
    assertThat(config.get("r").intValue()).isEqualTo(4 + 4 + 2);

    Cli cut =
        haori("export --adapter $mixed --format peft --rank 2 --data $things --out $cut --json");
    assertThat(cut.code()).isEqualTo(ExitCode.DONE);
    JsonNode lost = lastLine(cut);
    assertThat(lost.get("energyLost").doubleValue()).isBetween(0.0, 0.9);
    assertThat(lost.get("before").get("accuracy").isNumber()).isTrue();
    assertThat(lost.get("after").get("accuracy").isNumber()).isTrue();
    assertThat(lost.get("bytes").longValue()).isLessThan(lastLine(exact).get("bytes").longValue());

    Cli merged = haori("export --adapter $mixed --format merged --out $merged --json");
    assertThat(merged.code()).isEqualTo(ExitCode.DONE);
    assertThat(lastLine(merged).get("maxLogitDifference").doubleValue()).isLessThan(1e-3);
  }

  @Test
  @Order(4)
  void aRecipeMakesTheSameMixAgain() throws IOException {
    assertThat(Files.readString(folder.resolve("mix.yaml")))
        .contains("folder: modules/tools", "data: things", "learningRate: 0.01", "epochs: 6");
    Cli run = haori("mix --recipe $mix.yaml --out $again --precision fp32 --quiet");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(bytes(folder.resolve("again/mix.safetensors")))
        .isEqualTo(bytes(mixed.resolve("mix.safetensors")));
  }

  @Test
  @Order(4)
  void mistakesOfMixAreOneSentence() throws IOException {
    Cli none = haori("mix --data $things --out $m");
    assertThat(none.err()).isEqualTo("--modules must be one folder at least, got none\n");
    Cli noData = haori("mix --modules $modules/tools --out $m");
    assertThat(noData.err()).isEqualTo("--data is missing: haori mix needs it\n");
    Cli twice = haori("mix --modules $modules/tools $modules/tools --data $things --out $m");
    assertThat(twice.err()).isEqualTo("--modules must be of different names, got tools twice\n");
    Cli bridge = haori("mix --modules $modules/tools --data $things --out $m --bridge round");
    assertThat(bridge.err()).isEqualTo("--bridge must be full or diagonal, got round\n");
    Cli train = haori("mix --modules $modules/tools --data $things --out $m --train A");
    assertThat(train.err()).isEqualTo("--train must be P, B or P,B, got A\n");
    Cli joint = haori("mix --modules $modules/tools --data $things --out $m --baselines joint");
    assertThat(joint.err())
        .isEqualTo("--joint must be given exactly with --baselines joint, got nothing\n");
    Cli other = haori("mix --modules $modules/tools --data $things --out $m --baselines best");
    assertThat(other.err())
        .isEqualTo("--baselines must be some of frozen, lora, single, joint, got best\n");
    Cli plain = haori("mix --modules $things --data $things --out $m --quiet");
    assertThat(plain.err())
        .isEqualTo(data + ": must be a module's folder with adapter_config.json, found none\n");
    Files.writeString(folder.resolve("odd.yaml"), "base: minilm\ncolour: blue\n");
    Cli odd = haori("mix --recipe $odd.yaml --out $m");
    assertThat(odd.err())
        .startsWith(folder.resolve("odd.yaml") + ": must not have the key colour; known are base,");
    Files.writeString(folder.resolve("bad.yaml"), "base: [\n");
    Cli bad = haori("mix --recipe $bad.yaml --out $m");
    assertThat(bad.err()).startsWith(folder.resolve("bad.yaml") + ":").contains(": is no recipe: ");
    Cli domain = haori("evaluate --adapter $modules/tools --data $things");
    assertThat(domain.err())
        .isEqualTo(
            modules.resolve("tools")
                + ": must be an adapter with a task's head, got the module of a domain; mix it for"
                + " a task: haori mix --modules "
                + modules.resolve("tools")
                + " --data DIR --out DIR\n");
    for (Cli run :
        List.of(none, noData, twice, bridge, train, joint, other, plain, odd, bad, domain)) {
      assertThat(run.code()).isEqualTo(ExitCode.USER);
    }
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @ParameterizedTest
  @Order(4)
  @ValueSource(strings = {"arrow", "nearest", "none"})
  void aRoutedMixLearnsTheHeadAloneAndAnswersAsItDid(String route) throws IOException {
    Cli run =
        haori(
            "mix --modules $modules/tools $modules/fruits --data $things --route "
                + route
                + " --out $"
                + route
                + " --precision fp32 --lr 1e-3 --json");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .contains("so the chosen learning rate changed nothing: the head is the exact optimum");
    JsonNode json = lastLine(run);
    assertThat(json.get("method").textValue()).isEqualTo("routed");
    assertThat(json.at("/settings/routed.route").textValue()).isEqualTo(route);
    assertThat(json.get("epochs").intValue()).isZero();
    assertThat(json.get("test").get("accuracy").doubleValue()).isGreaterThan(0.7);
    double sum = 0;
    for (JsonNode one : json.get("contributions")) {
      assertThat(one.get("share").doubleValue()).isPositive();
      sum += one.get("share").doubleValue();
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    assertThat(modules.resolve("tools/domain.safetensors")).exists();
    JsonNode stored = JSON.readTree(folder.resolve(route + "/mix.json").toFile());
    assertThat(stored.get("route").textValue()).isEqualTo(route);

    Cli evaluate =
        haori("evaluate --adapter $" + route + " --data $things --precision fp32 --json");
    assertThat(evaluate.err()).isEmpty();
    assertThat(lastLine(evaluate).get("accuracy")).isEqualTo(json.get("test").get("accuracy"));
    Cli export = haori("export --adapter $" + route + " --format peft --out $peft-" + route);
    if (route.equals("none")) {
      assertThat(export.code()).isEqualTo(ExitCode.DONE);
    } else {
      assertThat(export.code()).isEqualTo(ExitCode.USER);
      assertThat(export.err())
          .isEqualTo(
              "a mix routed by "
                  + route
                  + " must stay a mix: its shares differ from text to text, so there is no one"
                  + " weight that computes the same\n");
    }
  }

  /** Modules that tune made for a task are mixed as those of domains are; their heads stay out. */
  @Test
  @Order(4)
  void modulesOfTasksAreMixedAsThoseOfDomains() throws IOException {
    String run =
        "mix --modules $lora $modules/fruits --data $things --precision fp32 --quiet --json ";
    Cli learnt = haori(run + "--out $tasks --epochs 4 --batch-size 4");
    assertThat(learnt.err()).isEmpty();
    JsonNode json = lastLine(learnt);
    assertThat(json.get("contributions").findValuesAsText("module"))
        .containsExactly("lora", "fruits");
    Cli evaluate = haori("evaluate --adapter $tasks --data $things --precision fp32 --json");
    assertThat(lastLine(evaluate).get("accuracy")).isEqualTo(json.get("test").get("accuracy"));

    Cli unknown = haori(run + "--out $near --route nearest");
    assertThat(unknown.code()).isEqualTo(ExitCode.USER);
    assertThat(unknown.err())
        .isEqualTo(
            "--texts must name texts of the domain of lora, whose folder "
                + folder.resolve("lora")
                + " has no domain.safetensors, got nothing\n");
    Cli named =
        haori(
            run
                + "--out $near --route nearest --texts lora=$tools.txt --set route.temperature=0.1"
                + " --save-recipe $near.yaml");
    assertThat(named.err()).isEmpty();
    assertThat(Files.readString(folder.resolve("near.yaml")))
        .contains("route: nearest", "- lora=tools.txt", "route.temperature: 0.1");
    Cli again = haori("mix --recipe $near.yaml --out $near-again --precision fp32 --quiet --json");
    assertThat(again.err()).isEmpty();
    assertThat(lastLine(again).get("contributions"))
        .isEqualTo(lastLine(named).get("contributions"));
  }

  @Test
  @Order(4)
  void mistakesOfRoutesAreOneSentence() {
    String mix = "mix --modules $modules/tools --data $things --out $m ";
    refused(
        mix + "--route far",
        "--route must be learned, gated, arrow, nearest, none, sum or auto, got far");
    refused(
        mix + "--route arrow --bridge full",
        "--bridge must be left out with --route arrow, got full");
    refused(mix + "--route none --train P", "--train must be left out with --route none, got P");
    refused(
        mix + "--route arrow --sizes 4", "--sizes must be left out with --route arrow, got [4]");
    refused(mix + "--route arrow --set route.top=0", "route.top must be at least 1, got 0");
    refused(
        mix + "--texts tools=$tools.txt",
        "--texts must be left out without --route nearest, got [tools="
            + folder.resolve("tools.txt")
            + "]");
    refused(
        mix + "--route nearest --quiet --texts saws=$tools.txt",
        "--texts must be of one of the modules [tools], got saws");
    refused(mix + "--route nearest --quiet --texts tools", "--texts must be NAME=FILE, got tools");
    assertThat(folder.resolve("m")).doesNotExist();
  }

  private static void refused(String arguments, String sentence) {
    Cli run = haori(arguments);
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  @Order(6)
  void aMixRefusesAModuleThatHasChanged() throws IOException {
    Path file = modules.resolve("both/adapter_model.safetensors");
    byte[] content = bytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    Cli run = haori("evaluate --adapter $mixed --data $things");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .startsWith(mixed + ": was made with the module both of digest ")
        .contains(" has changed since, its digest is ");
    assertThat(Arrays.asList(run.err().split("\n"))).hasSize(1);
    Cli recipe = haori("mix --recipe $mix.yaml --out $m --quiet");
    assertThat(recipe.code()).isEqualTo(ExitCode.USER);
    assertThat(recipe.err())
        .startsWith(folder.resolve("mix.yaml") + ": was made with modules/both of digest ");
  }
}
