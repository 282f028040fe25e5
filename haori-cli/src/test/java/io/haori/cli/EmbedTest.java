package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of texts and the nearest texts of a file, as a user meets them. */
final class EmbedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = " --precision fp32 --threads 1 --quiet";

  @TempDir Path temporary;
  private Path base;

  @BeforeEach
  void makeFiles() throws IOException {
    base = TinyBase.folder(temporary.resolve("base"));
    Files.writeString(
        temporary.resolve("parts.csv"),
        "text,part\nwordai wordbb,1\n,2\nwordaj wordbc,3\nwordbb wordai,4\n");
  }

  private Cli haori(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      words.add(
          word.replace("BASE", base.toString())
              .replace("TMP", temporary.toString())
              .replace('~', ' '));
    }
    return Cli.runWith(Map.of(), words.toArray(String[]::new));
  }

  private static List<JsonNode> lines(String text) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static double length(JsonNode vector) {
    double squares = 0;
    for (JsonNode number : vector) {
      squares += number.doubleValue() * number.doubleValue();
    }
    return Math.sqrt(squares);
  }

  @Test
  void aTextBecomesAVectorBesideItsColumns() throws IOException {
    Cli run = haori("embed --base BASE --input TMP/parts.csv" + RUN);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    List<JsonNode> lines = lines(run.out());
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).path("line").intValue()).isEqualTo(2);
    assertThat(lines.get(0).path("part").textValue()).isEqualTo("1");
    assertThat(lines.get(0).path("vector")).hasSize(32);
    assertThat(lines.get(1).path("vector").isNull()).isTrue();
    assertThat(length(lines.get(0).path("vector"))).isGreaterThan(1.01);
    Cli unit = haori("embed --base BASE --input TMP/parts.csv --normalize yes" + RUN);
    assertThat(length(lines(unit.out()).get(2).path("vector"))).isCloseTo(1, within(1e-6));
  }

  @Test
  void aBaseWithAPoolerGivesTheMeanOfTheTokensUnlessThePoolerIsAskedFor() throws IOException {
    String line = "embed --base BASE --input TMP/parts.csv";
    List<JsonNode> usual = lines(haori(line + RUN).out());
    assertThat(lines(haori(line + " --pooling auto" + RUN).out())).isEqualTo(usual);
    assertThat(lines(haori(line + " --pooling mean" + RUN).out())).isEqualTo(usual);
    assertThat(lines(haori(line + " --pooling cls" + RUN).out())).isNotEqualTo(usual);
  }

  @Test
  void aFolderOfSentenceTransformersSaysWhetherVectorsAreNormalised() throws IOException {
    Files.writeString(
        base.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);
    Files.createDirectories(base.resolve("1_Pooling"));
    Files.writeString(
        base.resolve("1_Pooling/config.json"), "{\"pooling_mode_mean_tokens\": true}");

    String line = "embed --base BASE --input TMP/parts.csv";
    assertThat(length(lines(haori(line + RUN).out()).get(0).path("vector")))
        .isCloseTo(1, within(1e-6));
    assertThat(length(lines(haori(line + " --normalize no" + RUN).out()).get(0).path("vector")))
        .isGreaterThan(1.01);
  }

  @Test
  void vectorsInAFileAreFoundAgainWithoutTheirTexts() throws IOException {
    Cli made = haori("embed --base BASE --input TMP/parts.csv --out TMP/v.jsonl --json" + RUN);
    assertThat(JSON.readTree(made.out()).path("vectors").intValue()).isEqualTo(3);
    assertThat(temporary.resolve("v.jsonl.part")).doesNotExist();
    String vectors =
        Files.readString(temporary.resolve("v.jsonl")).replace("wordbb wordai", "wordcc wordcc");
    Files.writeString(temporary.resolve("v.jsonl"), vectors);

    String query = "search --base BASE --query wordai~wordbb --top 2 --json" + RUN;
    JsonNode ofTexts = JSON.readTree(haori(query + " --input TMP/parts.csv").out());
    JsonNode ofVectors = JSON.readTree(haori(query + " --in TMP/v.jsonl").out());

    assertThat(ofTexts.path("rows").intValue()).isEqualTo(4);
    JsonNode hits = ofTexts.path("results").get(0).path("hits");
    assertThat(hits).hasSize(2);
    assertThat(hits.get(0).path("cosine").doubleValue()).isCloseTo(1, within(1e-6));
    assertThat(hits.findValuesAsText("part")).containsExactly("1", "4");
    JsonNode same = ofVectors.path("results").get(0).path("hits");
    assertThat(same.findValuesAsText("part")).containsExactly("1", "4");
    assertThat(same.get(1).path("cosine").doubleValue())
        .isCloseTo(hits.get(1).path("cosine").doubleValue(), within(1e-6));
    assertThat(same.get(1).path("text").textValue()).isEqualTo("wordcc wordcc");
    assertThat(same.get(1).path("given_line").intValue()).isEqualTo(5);
    assertThat(same.get(1).has("vector")).isFalse();
  }

  private static void removeGivenLines(JsonNode result) {
    result
        .findParents("given_line")
        .forEach(hit -> assertThat(((ObjectNode) hit).remove("given_line").asInt()).isPositive());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " --pooling mean --normalize yes"})
  void aTableOfVectorsIsSearchedAsLinesOfJsonAre(String how) throws IOException {
    Files.writeString(
        temporary.resolve("notes.csv"),
        """
        text,part,vector,vector_7
        "wordai ""wordbb"", wordbc",弁;1,a,b
        ,2,a,b
        wordaj 水漏れ wordbc,部品,a,b
        "wordbb
        wordai","4,5",a,b
        """);
    for (String ending : List.of("jsonl", "csv")) {
      String line = "embed --base BASE --input TMP/notes.csv --out TMP/v." + ending + how;
      assertThat(haori(line + RUN).code()).isEqualTo(ExitCode.DONE);
      // The texts are not looked at again.
      Path file = temporary.resolve("v." + ending);
      Files.writeString(file, Files.readString(file).replace("水漏れ wordbc", "水漏れ wordcc"));
    }

    String query =
        "search --base BASE --query wordaj~wordbc --query wordbb --top 4 --json" + how + RUN;
    JsonNode ofLines = JSON.readTree(haori(query + " --input TMP/v.jsonl").out());
    JsonNode ofTable = JSON.readTree(haori(query + " --input TMP/v.csv").out());

    JsonNode hits = ofTable.path("results").get(0).path("hits");
    assertThat(hits).hasSize(3);
    assertThat(hits.findValuesAsText("part")).contains("弁;1", "部品", "4,5");
    assertThat(hits.findValuesAsText("text"))
        .contains("wordai \"wordbb\", wordbc", "wordaj 水漏れ wordcc", "wordbb\nwordai");
    assertThat(hits.get(0).has("vector_1")).isFalse();
    assertThat(hits.get(0).path("given_vector").textValue()).isEqualTo("a");
    JsonNode lines = ofLines.path("results");
    lines.findParents("vector_7").forEach(one -> rename((ObjectNode) one));
    removeGivenLines(lines);
    removeGivenLines(ofTable.path("results"));
    withoutLines(lines);
    withoutLines(ofTable.path("results"));
    assertThat(ofTable.path("results")).isEqualTo(lines);
    assertThat(ofTable.path("rows")).isEqualTo(ofLines.path("rows"));
  }

  /** In a table the column of the record stays beside that of the vector. */
  private static void rename(ObjectNode hit) {
    hit.set("given_vector_7", hit.remove("vector_7"));
  }

  /** A text of two lines takes one line of JSON, but two of a table. */
  private static void withoutLines(JsonNode results) {
    results.findParents("cosine").forEach(hit -> ((ObjectNode) hit).remove("line"));
  }

  @Test
  void aRowOfATableWithoutNumbersIsReadByItsText() throws IOException {
    assertThat(haori("embed --base BASE --input TMP/parts.csv --out TMP/v.csv" + RUN).code())
        .isEqualTo(ExitCode.DONE);
    Files.writeString(
        temporary.resolve("v.csv"),
        Files.readString(temporary.resolve("v.csv")).replace("3,,2,", "3,wordai wordbb wordbd,2,"));

    JsonNode found =
        JSON.readTree(
            haori(
                    "search --base BASE --query wordai~wordbb~wordbd --top 1 --json"
                        + " --input TMP/v.csv"
                        + RUN)
                .out());

    JsonNode hit = found.path("results").get(0).path("hits").get(0);
    assertThat(hit.path("line").intValue()).isEqualTo(3);
    assertThat(hit.path("cosine").doubleValue()).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.5,0.5,0.5 | -                  | DONE
          0.5,,0.5    | vector must hold finite numbers, got a blank cell at position 2 | 3
          0.5,x,0.5   | vector must hold finite numbers, got x at position 2            | 3
          0.5,NaN,0.5 | vector must hold finite numbers, got NaN at position 2          | 3
          0.5,1e99,.5 | vector must hold finite numbers, got 1E+99 at position 2        | 3
          """)
  void aDamagedRowOfATableIsOneSentence(String firstThree, String fault, String line)
      throws IOException {
    Files.writeString(
        temporary.resolve("v.csv"),
        "text,"
            + String.join(",", names(32))
            + "\na"
            + ",1".repeat(32)
            + "\nb,"
            + firstThree
            + ",1".repeat(29)
            + "\n");

    Cli run = haori("search --base BASE --query wordai --input TMP/v.csv" + RUN);

    if (line.equals("DONE")) {
      assertThat(run.code()).isEqualTo(ExitCode.DONE);
      return;
    }
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip()).isEqualTo(temporary.resolve("v.csv") + ":" + line + ": " + fault);
  }

  @Test
  void columnsOfAnotherWidthAreOneSentence() throws IOException {
    List<String> names = names(32);
    for (int missing : new int[] {31, 6}) {
      List<String> some = new ArrayList<>(names);
      some.remove(missing);
      Files.writeString(
          temporary.resolve("v.csv"),
          "text," + String.join(",", some) + "\na" + ",1".repeat(31) + "\n");

      Cli run = haori("search --base BASE --query wordai --input TMP/v.csv" + RUN);

      assertThat(run.code()).isEqualTo(ExitCode.USER);
      assertThat(run.err().strip())
          .isEqualTo(
              temporary.resolve("v.csv")
                  + ":1: "
                  + (missing == 31
                      ? "vector must have 32 numbers as the base's have, got 31"
                      : "must have all columns vector_1 to vector_32, got no vector_7"));
    }
  }

  private static List<String> names(int width) {
    return IntStream.rangeClosed(1, width).mapToObj(k -> "vector_" + k).toList();
  }

  @Test
  void severalQueriesAreAnsweredInOnePass() {
    Cli run =
        haori(
            "search --base BASE --query wordai~wordbb --query wordaj --input TMP/parts.csv --top 1"
                + RUN);

    assertThat(run.out().lines().filter(line -> line.startsWith("wordai wordbb"))).hasSize(1);
    assertThat(run.out()).contains("1.0000     2  wordai wordbb").contains("4  wordaj wordbc");
  }

  @Test
  void aTableHasAColumnForEachNumber() throws IOException {
    assertThat(haori("embed --base BASE --input TMP/parts.csv --out TMP/v.csv" + RUN).code())
        .isEqualTo(ExitCode.DONE);
    List<String> lines = Files.readString(temporary.resolve("v.csv")).lines().toList();
    assertThat(lines.get(0)).startsWith("\uFEFFline,text,part,vector_1,").endsWith(",vector_32");
    assertThat(lines.get(2)).isEqualTo("3,,2" + ",".repeat(32));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          embed --base BASE --input TMP/parts.csv --out TMP/v.npy | --out must be a file .jsonl or .csv, got TMP/v.npy
          embed --base BASE --input TMP/parts.csv --out TMP/parts.csv | --out must be a new file, got TMP/parts.csv; --force replaces it
          embed --base BASE --input TMP/parts.csv --out TMP/no/v.csv | --out must be in a folder that exists, got TMP/no/v.csv
          embed --base BASE --input TMP/parts.csv --normalize maybe | --normalize must be one of auto, yes, no, got maybe
          embed --base BASE --input TMP/parts.csv --max-length 64 | --max-length must be at most 40 for the base BASE, got 64
          embed --base BASE --input TMP/none.csv | TMP/none.csv: cannot be read (no such file)
          embed --base BASE --input TMP/parts.csv --text-column words | TMP/parts.csv:1: header has no column "words"; there are "text", "part"; choose one with --text-column
          search --base BASE --query x --input TMP/parts.csv --top 0 | --top must be at least 1, got 0
          search --base BASE --query ~ --input TMP/parts.csv | --query must be a text, got a blank one
          search --base BASE --query x --input TMP/bad.jsonl | TMP/bad.jsonl:1: vector must have 32 numbers as the base's have, got 2
          """)
  void aMistakeIsOneSentence(String line, String sentence) throws IOException {
    Files.writeString(temporary.resolve("bad.jsonl"), "{\"text\": \"x\", \"vector\": [1, 2]}\n");

    Cli run = haori(line + RUN);

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err().strip())
        .isEqualTo(sentence.replace("TMP", temporary.toString()).replace("BASE", base.toString()));
  }
}
