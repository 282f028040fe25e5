package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is described by a file is the run that printed the file. */
final class SettingsFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of("hammer", "apple", "saw", "pear", "wrench", "plum", "drill", "cherry");

  @TempDir Path folder;

  @BeforeEach
  void writeRows() throws IOException {
    for (String domain : List.of("shop", "bank")) {
      Path data = Files.createDirectories(folder.resolve(domain));
      write(data, "train", domain + " has a %s on the table", 8);
      write(data, "validation", "where is the %s of the " + domain, 4);
      write(data, "test", "the %s is in the " + domain, 8);
    }
    StringBuilder food = new StringBuilder();
    for (String fruit : List.of("apple", "pear", "plum", "cherry", "peach", "grape")) {
      food.append(
          "a %s a day%nevery %s is sweet%nmy %s is ripe%n".replace("%s", fruit).formatted());
    }
    Files.writeString(folder.resolve("food.txt"), food.toString());
  }

  private static void write(Path data, String split, String sentence, int rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      lines.append(
          "{\"text\": \"%s\", \"label\": \"%s\"}%n"
              .formatted(sentence.formatted(WORDS.get(i)), i % 2 == 0 ? "tool" : "fruit"));
    }
    Files.writeString(data.resolve(split + ".jsonl"), lines.toString());
  }

  private Cli run(String arguments) {
    return Cli.run(arguments.replace("$", folder + "/").split(" "));
  }

  private JsonNode json(String arguments) throws IOException {
    Cli run = run(arguments + " --json");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    return JSON.readTree(run.out());
  }

  private void file(String name, Object content) throws IOException {
    Files.writeString(folder.resolve(name), content.toString());
  }

  @Test
  void whatTunePrintedOrStoredMakesTheSameRunAgain() throws IOException {
    JsonNode first =
        json(
            "tune --data $shop --out $a --method dora --rank 2 --epochs 2 --lr 0.004 --seed 7"
                + " --batch-size 4 --max-length 16 --precision fp32 --patience 1 --set"
                + " gradient=full,training.schedule=cosine,training.warmupSteps=1,pooling=cls");
    file("printed.json", first);

    JsonNode printed = json("tune --data $shop --out $b --settings $printed.json");
    JsonNode stored = json("tune --data $shop --out $c --settings $a/haori.json");

    for (JsonNode again : List.of(printed, stored)) {
      assertThat(again.get("settings")).isEqualTo(first.get("settings"));
      assertThat(again.get("validation")).isEqualTo(first.get("validation"));
      assertThat(again.get("test")).isEqualTo(first.get("test"));
    }
    assertThat(first.at("/settings/dora.rank").intValue()).isEqualTo(2);
    assertThat(first.at("/settings/training.warmupSteps").intValue()).isEqualTo(1);
  }

  @Test
  void whatIsTypedCountsMoreThanTheFile() throws IOException {
    file(
        "run.json",
        """
        {"method": "dora", "dora.rank": 4, "dora.alpha": "8", "training.epochs": 3,
         "training.seed": 9, "training.weightDecay": 0.2, "batchSize": 4, "precision": "fp32"}
        """);

    JsonNode same =
        json(
            "tune --data $shop --out $a --settings $run.json --epochs 1 --rank 2"
                + " --set training.weightDecay=0.1,alpha=6");
    JsonNode other =
        json("tune --data $shop --out $b --settings $run.json --epochs 1 --method lora");

    assertThat(same.at("/settings/method").textValue()).isEqualTo("dora");
    assertThat(same.at("/settings/dora.rank").intValue()).isEqualTo(2);
    assertThat(same.at("/settings/dora.alpha").doubleValue()).isEqualTo(6);
    assertThat(same.at("/settings/training.epochs").intValue()).isEqualTo(1);
    assertThat(same.at("/settings/training.seed").intValue()).isEqualTo(9);
    assertThat(same.at("/settings/training.weightDecay").doubleValue()).isEqualTo(0.1);
    assertThat(same.at("/settings/batchSize").intValue()).isEqualTo(4);
    assertThat(other.at("/settings/method").textValue()).isEqualTo("lora");
    assertThat(other.at("/settings/lora.rank").intValue()).isEqualTo(8);
    assertThat(other.at("/settings/training.weightDecay").doubleValue()).isEqualTo(0.2);
  }

  @Test
  void theEpochsOfAMethodInStagesAreThoseOfItsStages() throws IOException {
    file(
        "run.json",
        """
        {"method": "sparse", "sparse.stages": "head:1;prune:1", "training.epochs": 8}
        """);

    JsonNode run = json("tune --data $shop --out $a --no-dense --settings $run.json");

    assertThat(run.at("/settings/sparse.stages").textValue()).startsWith("head:1:");
    assertThat(run.get("epochs").intValue()).isEqualTo(2);
  }

  @Test
  void severalDomainsAndAnalysesOfThemTakeTheirSettingsToo() throws IOException {
    file(
        "run.json",
        """
        {"method": "lora", "lora.rank": 2, "training.epochs": 1, "maxLength": 16,
         "weighting": "temperature", "temperature": 3, "heads": "own", "precision": "fp32"}
        """);

    JsonNode tuned = json("tune --data $shop $bank --out $a --settings $run.json");
    JsonNode similar = json("analyze similarity --data $shop $bank --out $b --settings $run.json");
    file("printed.json", similar);
    JsonNode again =
        json("analyze similarity --data $shop $bank --out $c --settings $printed.json");

    for (JsonNode one : List.of(tuned, similar, again)) {
      assertThat(one.at("/settings/weighting").textValue()).isEqualTo("temperature");
      assertThat(one.at("/settings/temperature").doubleValue()).isEqualTo(3);
      assertThat(one.at("/settings/lora.rank").intValue()).isEqualTo(2);
      assertThat(one.at("/settings/maxLength").intValue()).isEqualTo(16);
    }
    assertThat(again.get("settings")).isEqualTo(similar.get("settings"));
  }

  @Test
  void preTrainingAndAMixAreMadeAgain() throws IOException {
    file(
        "pretrain.json",
        """
        {"method": "lora", "lora.rank": 2, "lora.dropout": 0.1, "batchSize": 4, "maxLength": 16,
         "objective": "simcse", "pretrain.heldOutShare": 0.1, "training.seed": 3}
        """);
    JsonNode first = json("pretrain --corpus food=$food.txt --out $m --settings $pretrain.json");
    file("printed.json", first);
    JsonNode again = json("pretrain --corpus food=$food.txt --out $n --settings $printed.json");
    assertThat(first.at("/settings/lora.dropout").doubleValue()).isEqualTo(0.1);
    assertThat(first.at("/settings/lora.targets").textValue()).isEqualTo("query,value");
    assertThat(first.at("/settings/pretrain.heldOutShare").doubleValue()).isEqualTo(0.1);
    assertThat(again.get("settings")).isEqualTo(first.get("settings"));
    assertThat(again.at("/domains/0/lossEnd")).isEqualTo(first.at("/domains/0/lossEnd"));

    JsonNode mix =
        json(
            "mix --modules $m/food --data $shop --out $x --bridge diagonal --train P --epochs 1"
                + " --set domix.bridgeLearningRateRatio=0.5");
    file("mix.json", mix);
    JsonNode mixed = json("mix --modules $m/food --data $shop --out $y --settings $mix.json");
    assertThat(mixed.get("settings")).isEqualTo(mix.get("settings"));
    assertThat(mixed.get("validation")).isEqualTo(mix.get("validation"));
    assertThat(mix.at("/settings/domix.bridge").textValue()).isEqualTo("diagonal");
  }

  @Test
  void aComparisonIsPlannedByAFileAndItsPlanIsPrinted() throws IOException {
    file(
        "plan.json",
        """
        {"methods": [
           {"name": "narrow", "settings": {"method": "lora", "lora.rank": 1, "maxLength": 16,
              "training.epochs": 1, "precision": "fp32"}},
           {"name": "wide", "settings": {"method": "lora", "lora.rank": 4, "maxLength": 16,
              "training.epochs": 1, "precision": "fp32"}}],
         "seeds": [5, 11]}
        """);
    JsonNode first = json("compare --data $shop --out $a --settings $plan.json");
    assertThat(first.at("/rows/0/method").textValue()).isEqualTo("narrow");
    assertThat(first.at("/rows/1/settings/lora.rank").intValue()).isEqualTo(4);
    assertThat(first.at("/rows/1/runs/1/seed").intValue()).isEqualTo(11);

    file("printed.json", first);
    Cli again = run("compare --data $shop --out $a --settings $printed.json");
    assertThat(again.messages()).isEqualTo("4 runs, 4 done before\n");

    JsonNode chosen =
        json(
            "compare --data $shop --out $b --settings $plan.json --methods wide --no-test"
                + " --seeds 1 --seed 5 --set wide.rank=2,training.weightDecay=0.2 --batch-size 4");
    assertThat(chosen.get("rows")).hasSize(1);
    assertThat(chosen.at("/rows/0/settings/lora.rank").intValue()).isEqualTo(2);
    assertThat(chosen.at("/rows/0/settings/training.weightDecay").doubleValue()).isEqualTo(0.2);
    assertThat(chosen.at("/rows/0/settings/batchSize").intValue()).isEqualTo(4);
    assertThat(chosen.at("/plan/seeds").toString()).isEqualTo("[5]");

    ObjectNode other = JSON.readValue(folder.resolve("plan.json").toFile(), ObjectNode.class);
    ((ObjectNode) other.at("/methods/0/settings")).put("lora.rank", 3);
    file("other.json", other);
    Cli refused = run("compare --data $shop --out $a --settings $other.json");
    assertThat(refused.code()).isEqualTo(ExitCode.USER);
    assertThat(refused.err())
        .startsWith("--out must be a new or empty folder, or one of the same run, got ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          tune    | {"method": "lora", "trainig.epochs": 3} | unknown setting "trainig.epochs"; did you mean "training.epochs"?
          tune    | {"method": "lora", "training.epochs": 0} | training.epochs must be at least 1, got 0
          tune    | {"lora.rank": 4.5} | lora.rank must be a whole number, got 4.5
          tune    | {"method": "lorra"} | method must be one of [frozen, full, bottleneck, lora, dora, bidora, modular, sparse], got lorra
          tune    | {"method": "lora", "weighting": "dwa"} | unknown setting "weighting"; there are "method", "lora.rank"
          tune    | [1] | must hold a JSON object
          tune    | {"method" | is not valid JSON:
          mix     | {"method": "lora"} | method must be domix, got lora
          mix     | {"method": "domix", "domix.bridge": "round"} | domix.bridge must be one of [full, diagonal], got round
          pretrain | {"method": "lora", "pretrain.dropout": 1} | pretrain.dropout must be above 0 and below 1, got 1.0
          compare | {"methods": []} | seeds must be an array, got nothing
          analyze transfer | {"method": "bidora"} | method must be one that trains in a single stage when several domains are learnt, got bidora
          """)
  void aWrongFileIsOneSentenceThatNamesIt(String command, String content, String sentence)
      throws IOException {
    file("run.json", content);
    String what =
        switch (command) {
          case "mix" -> " --modules nowhere --data nowhere";
          case "pretrain" -> " --corpus a=nowhere";
          default -> " --data nowhere";
        };

    Cli run = run(command + what + " --out $out --settings $run.json");

    assertThat(run.err()).startsWith(folder.resolve("run.json") + ": " + sentence);
    assertThat(run.err()).hasLineCount(1);
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void mistakesOfTheOptionsAreOneSentence() throws IOException {
    assertThat(run("tune --data nowhere --out $out --settings $none.json").err())
        .isEqualTo(folder.resolve("none.json") + ": does not exist\n");
    assertThat(run("compare --data nowhere --out $out").err())
        .isEqualTo("--methods must be given, or a plan by --settings, got neither\n");
    file("run.json", "{\"method\": \"lora\"}");
    assertThat(run("mix --modules a --data b --out $out --recipe c --settings $run.json").err())
        .isEqualTo(
            "--settings must be left out with --recipe, which has settings, got "
                + folder.resolve("run.json")
                + "\n");
    file(
        "plan.json",
        """
        {"methods": [{"name": "a", "settings": {"method": "lora"}}], "seeds": [1, 2]}
        """);
    assertThat(run("compare --data nowhere --out $out --settings $plan.json --methods b,a").err())
        .isEqualTo("--methods must be of a, got b\n");
    assertThat(
            run("compare --data nowhere --out $out --settings $plan.json --set trainig.x=1").err())
        .startsWith("unknown setting \"trainig.x\"; there are \"method\", \"lora.rank\", ");
  }
}
