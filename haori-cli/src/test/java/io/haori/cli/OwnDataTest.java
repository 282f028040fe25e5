package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.cli.terminal.ExitCode;
import io.haori.testkit.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's own rows through tune and evaluate, on a tiny base that knows the words t5 to t95. */
final class OwnDataTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHEETS = Path.of("src/test/resources/sheets");

  @TempDir Path folder;
  private Path base;
  private Path out;

  @BeforeEach
  void makeBase() throws IOException {
    base = Golden.copy("models/bert-classification", folder);
    List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    IntStream.range(5, 96).forEach(i -> words.add("t" + i));
    Files.write(base.resolve("vocab.txt"), words);
    out = folder.resolve("out");
  }

  private Cli tune(Path data, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("tune", "--base", base.toString(), "--data", data.toString(), "--out"));
    words.addAll(
        List.of(
            out.toString(),
            "--epochs",
            "1",
            "--precision",
            "fp32",
            "--rank",
            "2",
            "--max-length",
            "16"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private Cli evaluate(Path data, String... more) {
    List<String> words =
        new ArrayList<>(List.of("evaluate", "--adapter", out.toString(), "--data"));
    words.addAll(List.of(data.toString(), "--precision", "fp32", "--json"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private Path table(String name, int rows, IntFunction<String> label) throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < rows; i++) {
      lines.add("t%d t%d,%s".formatted(5 + i, 5 + i * 7 % 90, label.apply(i)));
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, lines);
  }

  @Test
  void rowsLabelsAndLengthsArePrintedBeforeTheTraining() throws IOException {
    Path data = folder.resolve("orders");
    table("orders/train.csv", 20, i -> i % 2 == 0 ? "good" : "bad");
    table("orders/validation.csv", 6, i -> i % 2 == 0 ? "good" : "bad");
    Files.writeString(data.resolve("test.csv"), "text,label\nt90 t91 t92 t93,good\nt94,bad\n");

    Cli run = tune(data);

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .startsWith(
            "Data: "
                + data
                + "\n  train      20 rows, 2 labels, longest text 4 tokens\n"
                + "  validation 6 rows, 2 labels, longest text 4 tokens\n"
                + "  test       2 rows, 2 labels, longest text 6 tokens\n"
                + "Warning: 6 of 6 validation rows are training rows, which a model may know by"
                + " heart: validation.csv:2 = train.csv:2, validation.csv:3 = train.csv:3,"
                + " validation.csv:4 = train.csv:4 and 3 more.\n");
  }

  @Test
  void rowsWithALabelThatTrainingLacksCountAsErrorsEverywhere() throws IOException {
    Path data = folder.resolve("orders");
    table("orders/train.csv", 20, i -> i % 2 == 0 ? "good" : "bad");
    table("orders/validation.csv", 8, i -> i < 6 ? "fair" : "good");
    table("orders/test.csv", 10, i -> i < 7 ? "fair" : i == 7 ? "poor" : "bad");

    Cli tuned = tune(data, "--json");

    assertThat(tuned.code()).as(tuned.err()).isEqualTo(ExitCode.DONE);
    assertThat(tuned.err())
        .contains(
            "Warning: 8 of 10 test rows have labels that training lacks (fair, poor); they count"
                + " as errors: test.csv:2, test.csv:3, test.csv:4 and 5 more.\n",
            "Warning: 6 of 8 validation rows have labels that training lacks (fair); they count as"
                + " errors: validation.csv:2, validation.csv:3, validation.csv:4 and 3 more.\n");
    JsonNode json = JSON.readTree(tuned.out());
    assertThat(json.at("/validation/accuracy").doubleValue()).isLessThanOrEqualTo(2 / 8.0);
    assertThat(json.at("/test/accuracy").doubleValue()).isLessThanOrEqualTo(2 / 10.0);
    assertThat(json.at("/mistakes").findValuesAsText("label")).contains("fair");

    Cli run = evaluate(data);

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .isEqualTo(
            "Warning: 8 of 10 rows have labels that the adapter does not know (fair, poor); they"
                + " count as errors.\n");
    JsonNode scores = JSON.readTree(run.out());
    assertThat(scores.get("accuracy")).isEqualTo(json.at("/test/accuracy"));
    assertThat(scores.at("/confusion/labels").toString())
        .isEqualTo("[\"bad\",\"good\",\"fair\",\"poor\"]");
    JsonNode counts = scores.at("/confusion/counts");
    assertThat(sum(counts.get(2))).isEqualTo(7);
    assertThat(sum(counts.get(3))).isEqualTo(1);
    for (JsonNode row : counts) {
      assertThat(row.get(2).intValue() + row.get(3).intValue()).isZero();
    }
    int right = counts.at("/0/0").intValue() + counts.at("/1/1").intValue();
    assertThat(scores.get("accuracy").doubleValue()).isEqualTo(right / 10.0);
  }

  private static int sum(JsonNode row) {
    int sum = 0;
    for (JsonNode one : row) {
      sum += one.intValue();
    }
    return sum;
  }

  @Test
  void aSingleFileIsSplitAndEvaluatedOnItsTestRowsAlone() throws IOException {
    Path file = table("orders.csv", 40, i -> i % 2 == 0 ? "good" : "bad");
    Cli tuned = tune(file, "--seed", "7", "--split-shares", "60/20/20", "--json");
    assertThat(tuned.code()).as(tuned.err()).isEqualTo(ExitCode.DONE);
    assertThat(tuned.err())
        .contains("  train      24 rows", "  validation 8 rows", "  test       8 rows");

    Cli run = evaluate(file);

    assertThat(run.err()).isEmpty();
    JsonNode scores = JSON.readTree(run.out());
    assertThat(scores.get("rows").intValue()).isEqualTo(8);
    assertThat(scores.get("accuracy")).isEqualTo(JSON.readTree(tuned.out()).at("/test/accuracy"));
    assertThat(JSON.readTree(evaluate(file, "--split", "train").out()).get("rows").intValue())
        .isEqualTo(24);

    String warning =
        "Warning: %s is not the file, or not split as, that the adapter was trained with: some of"
            + " these rows may be training rows.\n";
    assertThat(evaluate(file, "--split-shares", "70/15/15").err())
        .isEqualTo(warning.formatted(file));
    Path longer = Files.copy(file, folder.resolve("longer.csv"));
    Files.writeString(longer, Files.readString(longer) + "t50 t51,good\nt52 t53,bad\n");
    assertThat(evaluate(longer).err()).isEqualTo(warning.formatted(longer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n/a   | label must be a number like 0.1 in line 2, got n/a; if labels are names of classes, choose --task classification
          NaN   | label must be a number like 0.1 in line 2, got NaN; if labels are names of classes, choose --task classification
          1e999 | label must be finite, got 1e999
          """)
  void oneBadCellAmongNumbersIsNamedByItsLine(String cell, String sentence) throws IOException {
    Path file = table("costs.csv", 40, i -> i == 15 ? cell : "0." + (i + 1));

    Cli run = tune(file);

    assertThat(run.err()).isEqualTo(file + ":17: " + sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(out).doesNotExist();
  }

  @Test
  void codesOfCategoriesAskWhatTheyAre() throws IOException {
    Path file = table("orders.csv", 40, i -> String.valueOf(10 + 10 * (i % 3)));

    Cli asked = tune(file);

    assertThat(asked.err())
        .isEqualTo(
            file
                + ": the labels are 3 different whole numbers (10, 20, 30), which may be codes of"
                + " classes or amounts; choose --task classification or --task regression\n");
    assertThat(asked.code()).isEqualTo(ExitCode.USER);
    assertThat(out).doesNotExist();

    Cli run = tune(file, "--task", "classification", "--json");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(JSON.readTree(evaluate(file).out()).at("/confusion/labels").toString())
        .isEqualTo("[\"10\",\"20\",\"30\"]");
  }

  /** encrypted-*.xlsx and old.xls were written by Apache POI. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          encrypted-agile.xlsx    | 内容 | : is encrypted; open it in Excel and save a copy without a password
          encrypted-standard.xlsx | 内容 | : is encrypted; open it in Excel and save a copy without a password
          old.xls                 | 内容 | : is an old Excel file; save it in Excel as .xlsx (Excel Workbook)
          old-named.xlsx          | 内容 | : is an old Excel file (.xls) by another name; save it in Excel as .xlsx
          formula.xlsx            | text | :3: the cell A3 has a formula whose result is not in the file; open the file in Excel and save it
          merged.xlsx             | 内容 | :4: the cells B4:B6 are merged, so that only the first has a value; unmerge them and fill each
          inline.xlsx             | 内用 | :1: header has no column "内用"; did you mean "内容"? There are "内容", "分類"; choose one with --text-column
          """)
  void aWorkbookThatCannotBeReadIsOneSentence(String name, String column, String reason) {
    Path file = SHEETS.resolve(name);
    String label = column.equals("text") ? "label" : "分類";

    for (Cli run :
        List.of(
            tune(file, "--text-column", column, "--label-column", label),
            Cli.run(
                "data",
                "check",
                file.toString(),
                "--text-column",
                column,
                "--label-column",
                label))) {
      assertThat(run.err()).isEqualTo(file + reason + "\n");
      assertThat(run.code()).isEqualTo(ExitCode.USER);
      assertThat(run.out()).isEmpty();
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void aWorkbookThatIsDamagedIsOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(SHEETS.resolve("inline.xlsx"));
    Path file = folder.resolve("damaged.xlsx");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    Cli run = tune(file, "--text-column", "内容", "--label-column", "分類");

    assertThat(run.err())
        .isEqualTo(
            file
                + ": is damaged and cannot be read as an Excel workbook; open it in Excel and save"
                + " it again\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void aWorkbookWithItsTextsInTheCellsIsRead() throws IOException {
    Cli run =
        Cli.run(
            "data",
            "check",
            SHEETS.resolve("inline.xlsx").toString(),
            "--base",
            base.toString(),
            "--text-column",
            "内容",
            "--label-column",
            "分類",
            "--json");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<String> labels = new ArrayList<>();
    int rows = 0;
    for (JsonNode split : JSON.readTree(run.out()).get("splits")) {
      rows += split.get("rows").intValue();
      split.get("labels").fieldNames().forEachRemaining(labels::add);
    }
    assertThat(rows).isEqualTo(12);
    assertThat(labels).containsOnly("配送", "請求");
  }

  @Test
  void aFileInTwoEncodingsIsNamedByTheLineOfTheSecond() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("text,label\n料理,a\n部品,b\n".getBytes(StandardCharsets.UTF_8));
    bytes.write("機械の部品,b\n".getBytes(Charset.forName("windows-31j")));
    Path file = Files.write(folder.resolve("both.csv"), bytes.toByteArray());

    Cli run = tune(file);

    assertThat(run.err())
        .isEqualTo(
            file
                + ":4: is not UTF-8, but line 2 is; the file has two encodings at once: save all of"
                + " it as UTF-8\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }
}
