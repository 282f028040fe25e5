package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What data are said to be, on a tiny base that knows the words t5 to t95. */
final class DataCheckTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Path base;
  private Path data;

  @BeforeEach
  void makeBaseAndData() throws IOException {
    base = Golden.copy("models/bert-classification", temporary);
    List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    IntStream.range(5, 96).forEach(i -> words.add("t" + i));
    Files.write(base.resolve("vocab.txt"), words);
    data = Files.createDirectory(temporary.resolve("data"));
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(data.resolve(name), List.of(lines));
  }

  private void writeOrders() throws IOException {
    write("train.csv", "text,label", "t5 t6,good", "t7 t8 t9,bad", "t7  t8 t9,good", "t10,good");
    write("validation.csv", "text,label", "t20,good", "t21,bad");
    write("test.csv", "text,label", "t5 t6,good", "t22,fair", "x y z t23 t24 t25 t26 t27,bad");
  }

  private Cli check(String... more) {
    List<String> arguments = new ArrayList<>(List.of("data", "check", "--base", base.toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void rowsLabelsCutTextsUnknownTokensAndLeaksAreShown() throws IOException {
    writeOrders();

    Cli run = check(data.toString(), "--max-length", "8");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "split rows labels longest cut unknown tokens repeated",
            "train 4 2 5 0 (0.0 %) 0.0 % 1",
            "validation 2 2 3 0 (0.0 %) 0.0 % 0",
            "test 3 3 10 1 (33.3 %) 27.3 % 0",
            "Lengths are tokens of " + base + "; texts of more than 8 are cut.",
            "label train validation test",
            "good 3 1 1",
            "bad 1 1 1",
            "Warning: 1 of 3 test rows are training rows, which a model may know by heart:"
                + " test.csv:2 = train.csv:2.",
            "Warning: 1 of 3 test rows have labels that training lacks (fair); they count as"
                + " errors: test.csv:3.",
            "Warning: 1 of 3 test texts are longer than 8 tokens and are cut; the longest has 10"
                + " (--max-length reads more): test.csv:4.",
            "Warning: 1 training rows have the text of another with another label: train.csv:4 and"
                + " train.csv:3.",
            "Warning: 1 of 4 training rows repeat the text of an earlier one: train.csv:4.");
    assertThat(run.out()).contains("Warning: 14 % of the tokens are unknown to " + base + "; take");
  }

  @Test
  void theSameIsThereForPrograms() throws IOException {
    writeOrders();

    Cli run = check("--data", data.toString(), "--max-length", "8", "--json");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines()).hasSize(1);
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.at("/command").asText()).isEqualTo("data check");
    assertThat(json.at("/kind").asText()).isEqualTo("classification");
    assertThat(json.at("/maxLength").asInt()).isEqualTo(8);
    JsonNode test = json.at("/splits/2");
    assertThat(test.at("/name").asText()).isEqualTo("test");
    assertThat(test.at("/rows").asInt()).isEqualTo(3);
    assertThat(test.at("/labels").toString()).isEqualTo("{\"bad\":1,\"fair\":1,\"good\":1}");
    assertThat(test.at("/longestTokens").asInt()).isEqualTo(10);
    assertThat(test.at("/cut").asInt()).isEqualTo(1);
    assertThat(test.at("/shareCut").asDouble()).isEqualTo(1 / 3.0);
    assertThat(test.at("/tokens").asInt()).isEqualTo(11);
    assertThat(test.at("/unknownTokens").asInt()).isEqualTo(3);
    assertThat(test.at("/shareUnknown").asDouble()).isEqualTo(3 / 11.0);
    assertThat(json.at("/warnings").findValuesAsText("kind"))
        .containsExactly(
            "test-in-training",
            "unknown-labels",
            "cut",
            "contradictions",
            "duplicates",
            "single-rows",
            "unknown-tokens");
    assertThat(json.at("/warnings/0/examples/0").asText()).isEqualTo("test.csv:2 = train.csv:2");
  }

  @Test
  void aCorpusIsCountedWithoutLabels() throws IOException {
    Path corpus = write("corpus.txt", "t5 t6", "", "t7", "t5 t6", "t8 t9 t10 t11 t12 t13");
    String row = "corpus 4 none 8 1 (25.0 %) 0.0 % 1";

    for (Path place : List.of(corpus, data)) {
      Cli run = check(place.toString(), "--max-length", "7");

      assertThat(run.err()).isEmpty();
      assertThat(run.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
          .contains(
              row,
              "Warning: 1 of 4 corpus texts are longer than 7 tokens and are cut; the longest has"
                  + " 8 (--max-length reads more): corpus.txt:5.",
              "Warning: 1 of 4 rows repeat the text of an earlier one: corpus.txt:4.");
    }
    Path table = write("notes.csv", "id,text", "1,t5", "2,t6");
    assertThat(check(table.toString()).err())
        .isEqualTo(
            table
                + ":1: header has no column \"label\"; there are \"id\", \"text\"; choose one with"
                + " --label-column\n");
    JsonNode json = JSON.readTree(check(table.toString(), "--corpus", "--json").out());
    assertThat(json.at("/kind").asText()).isEqualTo("texts");
    assertThat(json.at("/splits/0/rows").asInt()).isEqualTo(2);
    assertThat(json.at("/warnings").isEmpty()).isTrue();
  }

  @Test
  void aTableOfExcelInJapanIsRecognised() throws IOException {
    StringBuilder table = new StringBuilder("番号;内容;分類\r\n");
    for (int i = 0; i < 20; i++) {
      table.append(i).append(";t5 t").append(20 + i).append(i % 2 == 0 ? ";料理\r\n" : ";機械\r\n");
    }
    Path file = data.resolve("orders.csv");
    Files.write(file, table.toString().getBytes(Charset.forName("windows-31j")));

    Cli run = check(file.toString(), "--text-column", "内容", "--label-column", "分類");

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "Split 70/15/15, seed 42.",
            "train 14 2 4 0 (0.0 %) 0.0 % 0",
            "料理 7 2 1",
            "Warning: orders.csv is read as Shift_JIS (Windows-31J); --encoding chooses another.");
    assertThat(check(file.toString(), "--text-column", "内用", "--label-column", "分類").err())
        .isEqualTo(
            file
                + ":1: header has no column \"内用\"; did you mean \"内容\"? There are \"番号\","
                + " \"内容\", \"分類\"; choose one with --text-column\n");
  }
}
