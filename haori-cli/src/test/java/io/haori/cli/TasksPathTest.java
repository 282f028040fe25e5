package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts with several labels, and words with tags, as a user meets them. */
final class TasksPathTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = " --precision fp32 --threads 1 --quiet";

  @TempDir Path temporary;

  @BeforeEach
  void makeBase() throws IOException {
    Path base = Golden.copy("models/bert-classification", temporary.resolve("base"));
    List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = words.size(); i < 96; i++) {
      words.add("word" + (char) ('a' + i / 26) + (char) ('a' + i % 26));
    }
    Files.write(base.resolve("vocab.txt"), words);
    write("base.txt", base.toString());
  }

  private void write(String name, String content) throws IOException {
    Path file = temporary.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void dataset(String folder, String... rows) throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      for (String row : rows) {
        all.append(row.replace("wordzz", "wordb" + (char) ('c' + i))).append('\n');
      }
    }
    for (String split : List.of("train", "validation", "test")) {
      write(folder + "/" + split + ".jsonl", all.toString());
    }
  }

  private void labels() throws IOException {
    dataset(
        "data",
        "{\"text\": \"wordai wordzz\", \"labels\": [\"bill\"]}",
        "{\"text\": \"wordaj wordzz\", \"labels\": [\"card\"]}",
        "{\"text\": \"wordaj wordai wordzz\", \"labels\": [\"card\", \"bill\"]}",
        "{\"text\": \"wordzz\", \"labels\": []}");
  }

  private void tags() throws IOException {
    dataset(
        "data",
        "{\"tokens\": [\"wordai\", \"wordaj\", \"wordzz\"], \"tags\": [\"B-PER\", \"I-PER\","
            + " \"O\"]}",
        "{\"tokens\": [\"wordzz\", \"wordai\"], \"tags\": [\"O\", \"B-PER\"]}");
  }

  private Cli haori(String line) throws IOException {
    String base = Files.readString(temporary.resolve("base.txt"));
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(word.replace("BASE", base).replace("TMP", temporary.toString()).replace('~', ' '));
    }
    return Cli.runWith(Map.of(), words.toArray(String[]::new));
  }

  private JsonNode json(String line) throws IOException {
    Cli run = haori(line + " --json" + RUN);
    assertThat(run.err()).doesNotContain("rror");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    return JSON.readTree(run.out());
  }

  private void tune() throws IOException {
    json(
        "tune --base BASE --data TMP/data --out TMP/out --epochs 12 --lr 0.02 --max-length 16"
            + " --batch-size 8");
  }

  @Test
  void severalLabelsFromRowsToAnswers() throws IOException {
    labels();
    tune();

    JsonNode scores = json("evaluate --adapter TMP/out --data TMP/data");
    assertThat(scores.path("microF1").doubleValue()).isGreaterThan(0.95);
    assertThat(scores.path("exactMatch").doubleValue()).isGreaterThan(0.9);
    assertThat(scores.path("classes").findValuesAsText("name")).containsExactly("bill", "card");
    assertThat(scores.has("confusion")).isFalse();
    assertThat(
            json("evaluate --adapter TMP/out --data TMP/data --threshold 0.000001")
                .path("recall")
                .doubleValue())
        .isEqualTo(1);

    Cli said = haori("predict --adapter TMP/out --text wordaj~wordai~wordbd --text wordbe" + RUN);
    assertThat(said.code()).isEqualTo(ExitCode.DONE);
    List<String> lines = said.out().lines().toList();
    assertThat(JSON.readTree(lines.get(0)).path("labels"))
        .isEqualTo(JSON.readTree("[\"bill\", \"card\"]"));
    assertThat(JSON.readTree(lines.get(0)).path("probabilities").size()).isEqualTo(2);
    assertThat(JSON.readTree(lines.get(1)).path("labels")).isEmpty();
    assertThat(
            haori("predict --adapter TMP/out --text wordaj~wordai~wordbd --format csv" + RUN).out())
        .startsWith("\uFEFFline,text,labels,probabilities\r\n1,wordaj wordai wordbd,bill;card,0.");
    assertThat(haori("evaluate --adapter TMP/out --data TMP/data" + RUN).out())
        .contains("microF1")
        .contains("class  precision  recall");
  }

  @Test
  void tagsFromRowsToAnswers() throws IOException {
    tags();
    tune();

    JsonNode scores = json("evaluate --adapter TMP/out --data TMP/data");
    assertThat(scores.path("f1").doubleValue()).isGreaterThan(0.95);
    assertThat(scores.path("classes").findValuesAsText("name")).containsExactly("PER");

    write(
        "new.jsonl",
        "{\"id\": 7, \"tokens\": [\"wordai\", \"wordaj\", \"wordbd\"], \"tags\": [\"O\"]}\n");
    Cli said = haori("predict --adapter TMP/out --input TMP/new.jsonl" + RUN);
    JsonNode line = JSON.readTree(said.out());
    assertThat(line.path("tags")).isEqualTo(JSON.readTree("[\"B-PER\", \"I-PER\", \"O\"]"));
    assertThat(line.path("probabilities").size()).isEqualTo(3);
    assertThat(line.path("id").intValue()).isEqualTo(7);
    assertThat(line.path("given_tags")).isEqualTo(JSON.readTree("[\"O\"]"));
    assertThat(haori("predict --adapter TMP/out --text wordbd~wordai --format csv" + RUN).out())
        .isEqualTo("\uFEFFline,text,tags\r\n1,wordbd wordai,O B-PER\r\n");
    write("new.tsv", "tokens\twho\nwordbd wordai\tme\n");
    assertThat(haori("predict --adapter TMP/out --input TMP/new.tsv --format csv" + RUN).out())
        .isEqualTo("\uFEFFline,tokens,who,tags\r\n2,wordbd wordai,me,O B-PER\r\n");
  }

  @ParameterizedTest
  @CsvSource({"tags, f1", "labels, microF1"})
  void methodsAreComparedByTheTasksScore(String kind, String score) throws IOException {
    if (kind.equals("tags")) {
      tags();
    } else {
      labels();
    }

    String line =
        "compare --base BASE --data TMP/data --out TMP/cmp --methods frozen,lora --seeds 2"
            + " --epochs 4 --set lora.learningRate=0.02 --max-length 16 --batch-size 8";
    JsonNode run = json(line);

    assertThat(run.path("metric").textValue()).isEqualTo(score);
    for (JsonNode row : run.path("rows")) {
      double sum = 0;
      for (JsonNode one : row.path("runs")) {
        sum += one.path("test").path(score).doubleValue();
      }
      assertThat(row.path("mean").doubleValue()).isCloseTo(sum / 2, within(1e-12));
      assertThat(row.path("mcNemar")).isEmpty();
    }
    JsonNode lora = run.at("/rows/1");
    assertThat(lora.path("difference").doubleValue())
        .isCloseTo(
            lora.path("mean").doubleValue() - run.at("/rows/0/mean").doubleValue(), within(1e-12));
    assertThat(lora.path("pValue").doubleValue()).isBetween(0.0, 1.0);
    assertThat(Files.readString(temporary.resolve("cmp/report.html")))
        .contains("p: by the bootstrap, corrected")
        .doesNotContain("McNemar");
    // Their times, too: nothing was run again.
    assertThat(json(line).path("rows")).isEqualTo(run.path("rows"));
  }

  @Test
  void tagsAreExportedAsATokenClassifierAndReadAgainWithoutHaorisFile() throws IOException {
    tags();
    json(
        "tune --base BASE --data TMP/data --out TMP/out --epochs 6 --lr 0.02 --max-length 16"
            + " --batch-size 8 --set lora.targets=all-linear");
    assertThat(config("out").path("task_type").textValue()).isEqualTo("TOKEN_CLS");

    JsonNode made = json("export --adapter TMP/out --format peft --out TMP/peft --with-base");

    assertThat(made.path("maxLogitDifference").doubleValue()).isLessThan(1e-5);
    assertThat(made.path("pythonClass").textValue())
        .isEqualTo("AutoPeftModelForTokenClassification");
    assertThat(config("peft").path("task_type").textValue()).isEqualTo("TOKEN_CLS");
    JsonNode base = JSON.readTree(Files.readString(temporary.resolve("peft/base/config.json")));
    assertThat(base.path("architectures").get(0).textValue())
        .isEqualTo("BertForTokenClassification");
    assertThat(base.path("id2label").path("0").textValue()).isEqualTo("B-PER");
    String ask = " --text wordai~wordaj~wordbd" + RUN;
    JsonNode ours = JSON.readTree(haori("predict --adapter TMP/out" + ask).out());
    JsonNode theirs = JSON.readTree(haori("predict --adapter TMP/peft" + ask).out());
    assertThat(theirs.path("tags")).isEqualTo(ours.path("tags")).hasSize(3);
    assertThat(theirs.path("probabilities").get(0).doubleValue())
        .isCloseTo(ours.path("probabilities").get(0).doubleValue(), within(1e-5));
  }

  @Test
  void severalLabelsAreExportedWithTheirProblemTypeAndReadAgain() throws IOException {
    labels();
    json(
        "tune --base BASE --data TMP/data --out TMP/out --epochs 6 --lr 0.02 --max-length 16"
            + " --batch-size 8 --set pooling=cls");

    JsonNode made = json("export --adapter TMP/out --format peft --out TMP/peft --with-base");

    assertThat(made.path("maxLogitDifference").doubleValue()).isLessThan(1e-5);
    assertThat(config("peft").path("task_type").textValue()).isEqualTo("SEQ_CLS");
    JsonNode base = JSON.readTree(Files.readString(temporary.resolve("peft/base/config.json")));
    assertThat(base.path("problem_type").textValue()).isEqualTo("multi_label_classification");
    String ask = " --text wordai~wordaj~wordbd" + RUN;
    JsonNode ours = JSON.readTree(haori("predict --adapter TMP/out" + ask).out());
    JsonNode theirs = JSON.readTree(haori("predict --adapter TMP/peft" + ask).out());
    assertThat(theirs.path("labels")).isEqualTo(ours.path("labels"));
    assertThat(theirs.path("probabilities").path("bill").doubleValue())
        .isCloseTo(ours.path("probabilities").path("bill").doubleValue(), within(1e-5));
    assertThat(Files.readString(temporary.resolve("peft/README.md"))).contains("logits.sigmoid()");
  }

  private JsonNode config(String folder) throws IOException {
    return JSON.readTree(
        Files.readString(temporary.resolve(folder).resolve("adapter_config.json")));
  }

  @Test
  void whatATaskCannotDoWithATextIsSaid() throws IOException {
    tags();
    tune();
    String loud = RUN.replace(" --quiet", "");

    Cli japanese = haori("predict --adapter TMP/out --text 東京に行く" + loud);
    assertThat(japanese.code()).isEqualTo(ExitCode.DONE);
    assertThat(japanese.err())
        .contains(
            "Warning: --text:1: has no blanks between words, so it is one word with one tag; give"
                + " its words as tokens.");
    String twenty = "wordbd~".repeat(20).strip();
    Cli cut = haori("predict --adapter TMP/out --text " + twenty + "wordbe" + loud);
    assertThat(cut.err())
        .contains(
            "Warning: --text:1: 7 of 21 words are behind the last token that the adapter reads and"
                + " have no tag.");
    assertThat(JSON.readTree(cut.out()).path("tags").get(20).isNull()).isTrue();
  }

  @Test
  void dataCheckCountsLabelsAndTags() throws IOException {
    labels();
    JsonNode labels = json("data check TMP/data --base BASE --max-length 16");
    assertThat(labels.path("kind").textValue()).isEqualTo("multi-label");
    assertThat(labels.path("splits").get(0).path("labels").toString())
        .isEqualTo("{\"bill\":24,\"card\":24}");
    tags();
    JsonNode tags = json("data check TMP/data --base BASE --max-length 16");
    assertThat(tags.path("kind").textValue()).isEqualTo("tagging");
    assertThat(tags.path("splits").get(0).path("labels").toString())
        .isEqualTo("{\"B-PER\":24,\"I-PER\":12,\"O\":24}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evaluate --adapter TMP/out --data TMP/data --threshold 0.4 | --threshold must be left out for tagging, got 0.4
          predict --adapter TMP/out --text x --threshold 0.4 | --threshold must be left out for tagging, got 0.4
          tune --base BASE --data TMP/other --out TMP/o2 --task ranking | --task must be one of classification, regression, multi-label, tagging, got ranking
          evaluate --adapter TMP/out --data TMP/other | TMP/other/test.jsonl:1: tags is missing
          """)
  void aMistakeIsOneSentence(String line, String sentence) throws IOException {
    tags();
    tune();
    dataset("other", "{\"text\": \"wordai\", \"labels\": [\"a\"]}");

    Cli run = haori(line + RUN);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip()).isEqualTo(sentence.replace("TMP", temporary.toString()));
  }

  @Test
  void severalDomainsAreLearntTogetherForClassesAlone() throws IOException {
    tags();
    dataset("other", "{\"tokens\": [\"wordai\", \"wordzz\"], \"tags\": [\"B-PER\", \"O\"]}");

    Cli run =
        haori("tune --base BASE --data TMP/data TMP/other --out TMP/o3 --max-length 16" + RUN);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip())
        .isEqualTo("--data must be domains whose labels are classes, got tagging in data");
  }
}
