package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.cli.predict.PredictInput;
import io.haori.cli.predict.PredictOutput;
import io.haori.cli.predict.PredictOutput.Answer;
import io.haori.cli.terminal.ExitCode;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.Columns;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What predict reads and writes, without a model. */
final class PredictOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          predict --adapter a | --input is missing: haori predict needs it, or --text
          predict --adapter a --input x --text y | --text must be left out with --input, got [y]
          predict --adapter a --input - --input-format xlsx | --input-format must be txt, jsonl, csv or tsv for stdin, got xlsx
          predict --adapter a --input x --input-format xml | --input-format must be one of jsonl, csv, tsv, txt, xlsx, got xml
          predict --adapter a --text x --format xlsx | --format must be one of jsonl, csv, got xlsx
          predict --adapter a --text x --format csv --json | --format must be jsonl with --json, got csv
          predict --adapter a --text x --top 0 | --top must be at least 1, got 0
          predict --adapter a --input x.xls | x.xls: is an old Excel file; save it in Excel as .xlsx (Excel Workbook)
          predict --adapter a --input none.xlsx | none.xlsx: cannot be read (no such file)
          predict --adapter a --input - --encoding utf-9 | --encoding must be utf-8, utf-16, shift_jis, windows-31j, cp1252, euc-jp or another name that Java knows, got utf-9
          predict --adapter a --input - --delimiter ;; | --delimiter must be one character that is no quote, or the word tab, got ;;
          predict --adapter a --input x.doc | x.doc: its name must end in .jsonl, .csv, .tsv, .txt or .xlsx, or --input-format be given
          """)
  void anOptionOutOfItsBoundIsNamed(String command, String sentence) {
    Cli run = Cli.run(command.split(" "));

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aLineIsThereAsSoonAsItIsWritten() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        PredictInput input = stdin(new PipedInputStream(writer), RecordFormat.TXT)) {
      write(writer, "{ is a brace\nhalf of");

      assertThat(input.ready()).isTrue();
      assertThat(input.next()).isEqualTo(text(1, "{ is a brace"));
      assertThat(input.ready()).isFalse();

      write(writer, " a line\n");

      assertThat(input.ready()).isTrue();
      assertThat(input.next()).isEqualTo(text(2, "half of a line"));

      write(writer, "\r\n請求");
      writer.close();

      assertThat(input.next()).isEqualTo(new DataRecord(3, Map.of("text", ""), true));
      assertThat(input.next()).isEqualTo(text(4, "請求"));
      assertThat(input.next()).isNull();
    }
  }

  @Test
  void aRowOfATableIsThereAsSoonAsItIsWritten() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        PredictInput input = stdin(new PipedInputStream(writer), RecordFormat.CSV)) {
      write(writer, "id;text\n7;a carp\n");

      assertThat(input.columns()).containsExactly("id", "text");
      assertThat(input.next())
          .isEqualTo(new DataRecord(2, Map.of("id", "7", "text", "a carp"), false));
      assertThat(input.ready()).isFalse();
    }
  }

  @Test
  void everyFieldOfATableIsKept() throws IOException {
    Path file = folder.resolve("in.csv");
    Files.writeString(file, "\uFEFFid,text,label\n7,\"a, b\",x\n8,,y\n");
    List<DataRecord> items = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    try (PredictInput input = PredictInput.of(file, null, ReadOptions.DETECT, Columns.USUAL)) {
      for (DataRecord one = input.next(); one != null; one = input.next()) {
        items.add(one);
        Row row = input.row(one);
        texts.add(row == null ? "blank" : row.text());
      }
    }

    assertThat(items)
        .containsExactly(
            new DataRecord(2, Map.of("id", "7", "text", "a, b", "label", "x"), false),
            new DataRecord(3, Map.of("id", "8", "text", "", "label", "y"), false));
    assertThat(texts).containsExactly("a, b", "blank");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          in.csv   | 'id,txet\n7,x\n'         | in.csv:1: header has no column "text"; did you mean "txet"? There are "id", "txet"; choose one with the setting columns.text
          in.jsonl | '{"text": 5}\n'          | in.jsonl:1: text must be a string, got the number 5
          in.jsonl | '\n{"id": 5}\n'          | in.jsonl:2: text is missing
          in.jsonl | '{"text": "\\ud800"}\n'   | in.jsonl:1: text must be whole characters, got half a surrogate pair
          in.jsonl | '{"text":\n'             | in.jsonl:1: must be a JSON object in one line, got one that is cut off
          in.jsonl | '[1]\n'                  | in.jsonl:1: must be a JSON object like {"text": "..."}, got an array
          in.tsv   | 'text\tid\na\tb\tc\n'    | in.tsv:2: must have 2 fields like the header, got 3
          """)
  void aRecordThatIsWrongIsNamed(String name, String content, String sentence) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content.replace("\\n", "\n").replace("\\t", "\t"));

    assertThatThrownBy(() -> readAll(file))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + "/" + sentence);
  }

  private static void readAll(Path file) {
    try (PredictInput input = PredictInput.of(file, null, ReadOptions.DETECT, Columns.USUAL)) {
      for (DataRecord one = input.next(); one != null; one = input.next()) {
        input.row(one);
      }
    }
  }

  @Test
  void aLineWithoutAnEndIsNotHeldInMemory() {
    byte[] endless = new byte[(1 << 20) + 9];
    Arrays.fill(endless, (byte) 'x');
    try (PredictInput input = stdin(new ByteArrayInputStream(endless), RecordFormat.TXT)) {
      assertThatThrownBy(input::next)
          .hasMessage("stdin:1: a line must be at most 1048576 bytes long, got 1048585");
    }
  }

  @Test
  void aTableForASpreadsheetHasAMarkItsColumnsAndTheTopLabels() {
    assertThat(
            csv(
                stdin("", RecordFormat.TXT),
                new Answer<Prediction>(
                    text(2, "a, b"), said(Map.of("x", 0.25f, "y", 0.75f, "z", 0f))),
                new Answer<Prediction>(new DataRecord(3, Map.of("text", ""), true), null)))
        .isEqualTo(
            String.join(
                "\r\n",
                "\uFEFFline,text,label,probability,label_2,probability_2",
                "2,\"a, b\",y,0.75,x,0.25",
                "3,,,,,",
                ""));
  }

  @Test
  void aTableForASpreadsheetMayBeginWithBlankLines() {
    DataRecord blank = new DataRecord(2, Map.of(), true);
    DataRecord filled = new DataRecord(3, Map.of("id", "7", "text", "a"), false);

    assertThat(
            csv(
                stdin("id,text\n", RecordFormat.CSV),
                new Answer<Prediction>(blank, null),
                new Answer<Prediction>(filled, said(Map.of("x", 1f)))))
        .startsWith("\uFEFFline,id,text,label,")
        .contains("\r\n2,,,,,,\r\n3,7,a,x,1.0,,\r\n");
    assertThat(
            csv(
                stdin("", RecordFormat.JSONL),
                new Answer<Prediction>(blank, null),
                new Answer<Prediction>(filled, said(Map.of("x", 1f)))))
        .contains("\r\n2,,,,,,\r\n3,")
        .contains(",x,1.0,,\r\n");
    assertThat(csv(stdin("", RecordFormat.JSONL), new Answer<Prediction>(blank, null)))
        .isEqualTo("\uFEFFline,label,probability,label_2,probability_2\r\n2,,,,\r\n");
  }

  @Test
  void aRecordIsWrittenWithItsLineAndAllOfItsKeys() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PredictOutput<Prediction> output =
        new PredictOutput.Jsonl<>(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            TaskCatalogue.CLASSIFICATION.format(),
            null);
    String json =
        """

        {"id":1e999999999,"n":1.50,"label":"x","k":[1],"text":"a"}
        """;
    try (PredictInput input = stdin(json, RecordFormat.JSONL)) {
      for (DataRecord one = input.next(); one != null; one = input.next()) {
        output.write(
            new Answer<Prediction>(
                one, input.row(one) == null ? null : said(Map.of("good", 0.5f))));
      }
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"line":1,"label":null,"probabilities":{}}
            {"line":2,"id":1E+999999999,"n":1.50,"given_label":"x","k":[1],"text":"a",\
            "label":"good","probabilities":{"good":0.5}}
            """);
  }

  private static Prediction said(Map<String, Float> probabilities) {
    Map<String, Double> all = new TreeMap<>();
    probabilities.forEach((label, probability) -> all.put(label, (double) probability));
    String best = Collections.max(all.entrySet(), Map.Entry.comparingByValue()).getKey();
    return Prediction.ofClass(best, all.get(best), all);
  }

  @SafeVarargs
  private static String csv(PredictInput input, Answer<Prediction>... answers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PredictOutput<Prediction> output =
        new PredictOutput.Csv<>(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            input,
            TaskCatalogue.CLASSIFICATION.format(),
            2);
    for (Answer<Prediction> answer : answers) {
      output.write(answer);
    }
    output.finish();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static DataRecord text(long line, String text) {
    return new DataRecord(line, Map.of("text", text), false);
  }

  private static PredictInput stdin(String content, RecordFormat format) {
    return stdin(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), format);
  }

  private static PredictInput stdin(InputStream in, RecordFormat format) {
    return PredictInput.of(in, format, ReadOptions.DETECT, Columns.USUAL);
  }

  private static void write(OutputStream writer, String text) throws IOException {
    writer.write(text.getBytes(StandardCharsets.UTF_8));
    writer.flush();
  }
}
