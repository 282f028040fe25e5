package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.weights.DType;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that PEFT's classes stored, and folders for them, as a user meets them. */
final class PeftFoldersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEAD = "base_model.model.classifier.bias";

  @TempDir Path temporary;
  private Path base;
  private Path peft;
  private Path input;

  @BeforeEach
  void makeFolders() throws IOException {
    base = Golden.copy("models/bert-classification", temporary);
    List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = words.size(); i < 96; i++) {
      words.add("word" + (char) ('a' + i / 26) + (char) ('a' + i % 26));
    }
    Files.write(base.resolve("vocab.txt"), words);
    peft = Golden.copy("adapters/bert-lora-qv", temporary);
    input = Files.writeString(temporary.resolve("input.txt"), "wordau wordbc\nwordcd\n");
  }

  private Cli haori(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(
          word.replace("BASE", base.toString())
              .replace("PEFT", peft.toString())
              .replace("INPUT", input.toString())
              .replace("TMP", temporary.toString()));
    }
    return Cli.runWith(Map.of(), words.toArray(String[]::new));
  }

  private List<JsonNode> answers(String line) throws IOException {
    Cli run = haori(line);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<JsonNode> answers = new ArrayList<>();
    for (String one : run.out().lines().toList()) {
      answers.add(JSON.readTree(one));
    }
    return answers;
  }

  private String done(String line) {
    Cli run = haori(line);
    assertThat(run.code()).as("%s: %s", line, run.err()).isEqualTo(ExitCode.DONE);
    return run.out();
  }

  private void refused(String sentence, String line) {
    Cli run = haori(line);
    String expected =
        sentence
            .replace("BASE", base.toString())
            .replace("PEFT", peft.toString())
            .replace("TMP", temporary.toString());
    assertThat(run.err()).isEqualTo(expected + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void peftsClassifierAnswersAtEveryDoor() throws IOException {
    String predict = "predict --base BASE --precision fp32 --input INPUT --adapter ";
    Files.writeString(temporary.resolve("labels.txt"), "no\nyes\nmaybe\n");
    List<JsonNode> answers = answers(predict + "PEFT --head-labels TMP/labels.txt");
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).path("probabilities").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("no", "yes", "maybe");

    // Written again for PEFT and read again.
    Cli export =
        haori(
            "export --base BASE --adapter PEFT --head-labels TMP/labels.txt --format peft --out"
                + " TMP/e");
    assertThat(export.err()).isEmpty();
    assertThat(export.out()).contains("Python: AutoPeftModelForSequenceClassification, README.md");
    // The base's own config names no labels, so the base of the new folder is found without help.
    assertThat(
            answers(
                "predict --precision fp32 --input INPUT --adapter TMP/e --head-labels"
                    + " TMP/e/labels.txt"))
        .isEqualTo(answers);
    assertThat(Files.readString(temporary.resolve("e/adapter_config.json")))
        .contains(
            "\"task_type\" : \"SEQ_CLS\"",
            "\"base_model_name_or_path\" : \"" + base + "\"",
            "\"modules_to_save\" : [ \"classifier\" ]");

    // From the registry.
    Cli imported = haori("module import PEFT --name plain --base BASE --registry TMP/reg");
    assertThat(imported.err()).isEmpty();
    assertThat(
            answers(
                "predict --precision fp32 --input INPUT --adapter reg:plain --registry TMP/reg"
                    + " --head-labels TMP/labels.txt"))
        .isEqualTo(answers);

    // Merged, with its head beside.
    Cli merged =
        haori(
            "export --base BASE --adapter PEFT --head-labels TMP/labels.txt --format merged --out"
                + " TMP/m");
    assertThat(merged.err()).isEmpty();
    JsonNode first = answers("predict --precision fp32 --input INPUT --adapter TMP/m/head").get(0);
    assertThat(first.path("probabilities").path("yes").doubleValue())
        .isCloseTo(answers.get(0).path("probabilities").path("yes").doubleValue(), within(1e-5));
  }

  private void write(String split, String... labels) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      String first = Map.of("train", "worda", "validation", "wordb", "test", "wordc").get(split);
      String text = first + (char) ('g' + i) + " wordb" + (char) ('c' + i);
      rows.append("{\"text\":\"%s\",\"label\":\"%s\"}\n".formatted(text, labels[i]));
    }
    Path data = Files.createDirectories(temporary.resolve("rows"));
    Files.writeString(data.resolve(split + ".jsonl"), rows.toString());
  }

  @Test
  void peftsClassifierIsScoredAsItAnswers() throws IOException {
    Files.writeString(temporary.resolve("labels.txt"), "no\nyes\nmaybe\n");
    write("test", "no", "yes", "maybe", "yes", "no", "no");
    List<JsonNode> answers =
        answers(
            "predict --base BASE --precision fp32 --adapter PEFT --head-labels TMP/labels.txt"
                + " --input TMP/rows/test.jsonl");
    long right =
        answers.stream()
            .filter(answer -> answer.path("given_label").equals(answer.path("label")))
            .count();

    Cli scored =
        haori(
            "evaluate --base BASE --precision fp32 --adapter PEFT --head-labels TMP/labels.txt"
                + " --data TMP/rows --split test --json");

    assertThat(scored.err()).isEmpty();
    assertThat(answers).hasSize(6);
    assertThat(JSON.readTree(scored.out()).path("accuracy").doubleValue()).isEqualTo(right / 6.0);
  }

  @Test
  void peftsClassifierThatIsLiveInARegistryIsUsedAsItsFolderIs() throws IOException {
    Files.writeString(temporary.resolve("labels.txt"), "no\nyes\nmaybe\n");
    write("train", "no", "yes", "no", "yes", "no", "yes", "no", "yes");
    write("validation", "no", "yes", "no", "yes");
    write("test", "no", "yes", "maybe", "yes", "no", "no");
    done("module import PEFT --name plain --base BASE --registry TMP/reg");
    done(
        "evaluate --adapter reg:plain --registry TMP/reg --head-labels TMP/labels.txt --data"
            + " TMP/rows --split test --precision fp32 --record");
    done("module rule plain --data rows --at-least 0 --registry TMP/reg");
    done("module promote plain@1 --to approved --reason tried --registry TMP/reg");
    refused(
        "No version of plain is live",
        "predict --base BASE --input INPUT --adapter reg:plain@live --registry TMP/reg");
    done("module promote plain@1 --to live --reason release --registry TMP/reg");
    String live = " --adapter reg:plain@live --registry TMP/reg --head-labels TMP/labels.txt";
    String folder = " --base BASE --adapter PEFT --head-labels TMP/labels.txt";

    assertThat(answers("predict --precision fp32 --input INPUT" + live))
        .isEqualTo(answers("predict --precision fp32 --input INPUT" + folder));

    String evaluate = "evaluate --precision fp32 --data TMP/rows --split test --json";
    JsonNode scored = JSON.readTree(done(evaluate + live));
    JsonNode wanted = JSON.readTree(done(evaluate + folder));
    assertThat(scored.path("confusion")).isEqualTo(wanted.path("confusion")).isNotEmpty();

    String mix =
        "mix --data TMP/rows --epochs 1 --max-length 16 --precision fp32 --threads 1 --quiet"
            + " --json";
    JsonNode mixed =
        JSON.readTree(
            done(mix + " --modules reg:plain@live --registry TMP/reg --base BASE --out TMP/x"));
    JsonNode fromFolder = JSON.readTree(done(mix + " --modules PEFT --base BASE --out TMP/y"));
    assertThat(mixed.at("/contributions/0/module").textValue()).isEqualTo("plain");
    assertThat(mixed.path("validation")).isEqualTo(fromFolder.path("validation")).isNotEmpty();
    assertThat(answers("predict --precision fp32 --input INPUT --adapter TMP/x"))
        .isEqualTo(answers("predict --precision fp32 --input INPUT --adapter TMP/y"));
  }

  @Test
  void peftsClassifierIsMixedLikeAModule() throws IOException {
    write("train", "no", "yes", "no", "yes", "no", "yes", "no", "yes");
    write("validation", "no", "yes", "no", "yes");
    write("test", "no", "yes", "yes", "no");

    Cli mixed =
        haori(
            "mix --base BASE --modules PEFT --data TMP/rows --epochs 1 --max-length 16 --precision"
                + " fp32 --threads 1 --quiet --json --out TMP/x");

    assertThat(mixed.err()).isEmpty();
    assertThat(mixed.code()).isEqualTo(ExitCode.DONE);
    JsonNode json = JSON.readTree(mixed.out());
    assertThat(json.at("/contributions/0/module").textValue()).isEqualTo("bert-lora-qv");
    List<JsonNode> answers =
        answers("predict --precision fp32 --adapter TMP/x --input TMP/rows/test.jsonl");
    long right =
        answers.stream()
            .filter(answer -> answer.path("given_label").equals(answer.path("label")))
            .count();
    assertThat(answers).hasSize(4);
    assertThat(json.at("/test/accuracy").doubleValue()).isEqualTo(right / 4.0);
  }

  @Test
  void distilBertsClassifierIsAnsweredFromAndExported() throws IOException {
    takeBase("distilbert-lora-qv", "distilbert-classification");
    Files.writeString(temporary.resolve("labels.txt"), "no\nyes\nmaybe\n");
    String predict =
        "predict --precision fp32 --input INPUT --head-labels TMP/labels.txt --adapter ";
    List<JsonNode> answers = answers(predict + "PEFT --base BASE");

    Cli exported =
        haori(
            "export --base BASE --adapter PEFT --head-labels TMP/labels.txt --format peft --out"
                + " TMP/e");
    assertThat(exported.err()).isEmpty();
    assertThat(exported.out())
        .contains("Python: AutoPeftModelForSequenceClassification, README.md");
    assertThat(
            answers(
                "predict --precision fp32 --input INPUT --adapter TMP/e --head-labels"
                    + " TMP/e/labels.txt"))
        .isEqualTo(answers);
    Cli merged =
        haori(
            "export --base BASE --adapter PEFT --head-labels TMP/labels.txt --format merged --out"
                + " TMP/m");
    assertThat(merged.err()).isEmpty();
    JsonNode first = answers("predict --precision fp32 --input INPUT --adapter TMP/m/head").get(0);
    assertThat(first.path("probabilities").path("yes").doubleValue())
        .isCloseTo(answers.get(0).path("probabilities").path("yes").doubleValue(), within(1e-5));
  }

  private void takeBase(String adapter, String model) throws IOException {
    Path words = base.resolve("vocab.txt");
    base = Golden.copy("models/" + model, temporary);
    Files.copy(words, base.resolve("vocab.txt"));
    peft = Golden.copy("adapters/" + adapter, temporary);
  }

  @Test
  void aClassifierWithOtherLayersBeforeItIsRefusedByTheFamilysName() throws IOException {
    takeBase("modernbert-lora-all", "modernbert-classification");

    Cli run = haori("predict --base BASE --adapter PEFT --input INPUT");

    assertThat(run.err())
        .isEqualTo(
            "base of "
                + peft
                + " must be of the family BERT, RoBERTa or DistilBERT or a decoder, whose"
                + " classifiers of PEFT's are read, got modernbert\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aRegistrysAdapterIsNamedAsTheUserNamesIt() throws IOException {
    Cli imported = haori("module import PEFT --name plain --base BASE --registry TMP/reg");
    assertThat(imported.err()).isEmpty();
    Files.writeString(temporary.resolve("two.txt"), "no\nyes\n");

    refused(
        "--head-labels must be the 3 labels of reg:plain, one a line, got 2",
        "predict --input INPUT --adapter reg:plain --registry TMP/reg --head-labels TMP/two.txt");
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedAtEveryDoor() throws IOException {
    Path file = peft.resolve("adapter_model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().forEach(name -> tensors.put(name, stored.load(name)));
      }
      tensors.put(HEAD, Tensors.full(Double.NaN, DType.F32, 3));
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
    Files.writeString(temporary.resolve("test.jsonl"), "{\"text\":\"wordau\",\"label\":\"0\"}\n");
    Files.createDirectories(temporary.resolve("data"));
    Map<String, String> words = Map.of("train", "a", "validation", "b", "test", "c");
    for (Map.Entry<String, String> split : words.entrySet()) {
      String row = "{\"text\":\"word%s%s\",\"label\":\"LABEL_%d\"}\n";
      Files.writeString(
          temporary.resolve("data").resolve(split.getKey() + ".jsonl"),
          row.formatted(split.getValue(), "u", 0)
              + row.formatted(split.getValue(), "v", 1)
              + row.formatted(split.getValue(), "w", 0)
              + row.formatted(split.getValue(), "x", 1));
    }
    String sentence =
        "PEFT/adapter_model.safetensors: '" + HEAD + "' must hold finite numbers, got NaN";
    for (String line :
        List.of(
            "predict --base BASE --adapter PEFT --input INPUT",
            "export --base BASE --adapter PEFT --format peft --out TMP/e",
            "export --base BASE --adapter PEFT --format merged --out TMP/e",
            "mix --base BASE --modules PEFT --data TMP/data --out TMP/x --quiet",
            "module import PEFT --name bad --base BASE --registry TMP/reg",
            "module add PEFT --name bad --base BASE --registry TMP/reg")) {
      refused(sentence, line);
    }
    assertThat(temporary.resolve("e")).doesNotExist();
  }

  @Test
  void aFolderWithoutAHeadAnswersNothingButIsExported() throws IOException {
    Path file = peft.resolve("adapter_model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().stream()
            .filter(name -> !name.contains("classifier"))
            .forEach(name -> tensors.put(name, stored.load(name)));
      }
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }

    refused(
        "PEFT: holds no head of a task (no classifier among its tensors), so it answers nothing;"
            + " mix it for a task: haori mix --modules PEFT --data DIR --out DIR",
        "predict --base BASE --adapter PEFT --input INPUT");
    refused(
        "--data must be left out for PEFT, which has no head to score, got TMP",
        "export --base BASE --adapter PEFT --format merged --out TMP/m --data TMP");

    Cli merged = haori("export --base BASE --adapter PEFT --format merged --out TMP/m");
    assertThat(merged.err()).isEmpty();
    try (SafetensorsFile stored = SafetensorsFile.open(temporary.resolve("m/model.safetensors"))) {
      assertThat(stored.names())
          .contains("encoder.layer.1.output.dense.weight", "pooler.dense.weight");
    }
    Cli export = haori("export --base BASE --adapter PEFT --format peft --with-base --out TMP/e");
    assertThat(export.err()).isEmpty();
    assertThat(export.out()).contains("Python: AutoPeftModelForFeatureExtraction, README.md");
    try (SafetensorsFile stored =
        SafetensorsFile.open(temporary.resolve("e/adapter_model.safetensors"))) {
      assertThat(stored.names())
          .allMatch(name -> name.startsWith("base_model.model.encoder.layer."));
    }
    assertThat(Files.readString(temporary.resolve("e/adapter_config.json")))
        .contains(
            "\"task_type\" : \"FEATURE_EXTRACTION\"",
            "\"base_model_name_or_path\" : \"" + temporary.resolve("e/base") + "\"");
    assertThat(temporary.resolve("e/base/model.safetensors")).exists();
    assertThat(Files.readString(temporary.resolve("e/tokenizer_config.json")))
        .contains("PreTrainedTokenizerFast", "\"mask_token\" : \"[MASK]\"", "token_type_ids");
  }

  @Test
  void theBaseOfADomainModuleKeepsExactlyWhatItsClassHolds() throws IOException {
    Path masked = Golden.copy("models/bert-mlm", temporary);
    Files.copy(base.resolve("vocab.txt"), masked.resolve("vocab.txt"));
    base = masked;
    peft = Golden.copy("adapters/bert-mlm-lora-all", temporary);

    Cli merged = haori("export --base BASE --adapter PEFT --format merged --out TMP/m");

    assertThat(merged.err()).isEmpty();
    assertThat(Files.readString(temporary.resolve("m/config.json"))).contains("BertForMaskedLM");
    try (SafetensorsFile stored = SafetensorsFile.open(temporary.resolve("m/model.safetensors"))) {
      assertThat(stored.names())
          .contains("bert.encoder.layer.0.output.dense.weight", "cls.predictions.bias")
          .noneMatch(name -> name.contains("pooler"));
    }
  }

  @Test
  void anOptionOfOneFormatIsRefusedForTheOther() {
    refused(
        "--with-base must be left out with --format merged, got it",
        "export --base BASE --adapter PEFT --format merged --out TMP/m --with-base");
  }
}
