package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.haori.core.check.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
  private static final Charset SHIFT_JIS = Charset.forName("windows-31j");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final String JAPANESE = "内容,分類\n荷物が届かない,配送\n請求書①を再発行してほしい,請求\nﾊﾟｽﾜｰﾄﾞを忘れた,その他\n";
  private static final String WESTERN =
      "Text;Klasse\nDie Tür schließt nicht;Tür\n“Don’t” stop – 5 € café;other\nÄrger über Öl;oil\n";

  @TempDir Path folder;

  @Test
  void keepsAllFieldsLineNumbersAndBlankLines() {
    List<DataRecord> rows =
        read("a.jsonl", "{\"id\": 7, \"text\": \"a\", \"x\": {\"y\": [1.50, null, true]}}\n\n{}\n");

    assertThat(rows)
        .extracting(DataRecord::line, DataRecord::blank)
        .containsExactly(tuple(1L, false), tuple(2L, true), tuple(3L, false));
    assertThat(rows.get(0).fields().keySet()).containsExactly("id", "text", "x");
    assertThat(rows.get(0).fields().get("id")).isEqualTo(new BigDecimal("7"));
    assertThat(rows.get(0).fields().get("x"))
        .isEqualTo(Map.of("y", java.util.Arrays.asList(new BigDecimal("1.50"), null, true)));
    assertThat(read("a.txt", "one\n\n  \nfour\n"))
        .extracting(row -> row.text("text"), DataRecord::blank)
        .containsExactly(
            tuple("one", false), tuple("", true), tuple("  ", true), tuple("four", false));
    assertThat(read("a.csv", "id,text\n1,a\n\n,\n2,b\n"))
        .extracting(row -> row.text("id"), DataRecord::line, DataRecord::blank)
        .containsExactly(
            tuple("1", 2L, false),
            tuple(null, 3L, true),
            tuple(null, 4L, true),
            tuple("2", 5L, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text;label\na, b;x\nc;y\n",
        "text\tlabel\na, b\tx\nc\ty\n",
        "text|label\na, b|x\nc|y\n",
        "text,label\n\"a, b\",x\nc,y\n",
        "sep=;\ntext;label\na, b;x\nc;y\n"
      })
  void findsWhatIsBetweenTheFields(String content) {
    for (String name : List.of("a.csv", "a.tsv")) {
      assertThat(read(name, content))
          .extracting(row -> row.text("text"), row -> row.text("label"))
          .containsExactly(tuple("a, b", "x"), tuple("c", "y"));
    }
  }

  @Test
  void takesTheDelimiterThatIsChosen() {
    write("a.csv", "a;b,c\n1;2,3\n".getBytes(UTF_8));
    assertThat(all("a.csv", new ReadOptions(null, ',', null)).get(0).fields())
        .isEqualTo(Map.of("a;b", "1;2", "c", "3"));
  }

  @ParameterizedTest
  @CsvSource({
    "windows-31j,Shift_JIS (Windows-31J)",
    "UTF-16LE,UTF-16LE",
    "UTF-16BE,UTF-16BE",
    "UTF-8,"
  })
  void recognisesTheEncodingsOfJapaneseFiles(String encoding, String word) {
    for (String mark : encoding.startsWith("UTF") ? List.of("\uFEFF") : List.of("")) {
      write("a.csv", (mark + JAPANESE).getBytes(Charset.forName(encoding)));
      try (Records records = Records.open(folder.resolve("a.csv"), ReadOptions.DETECT)) {
        assertThat(records.columns()).containsExactly("内容", "分類");
        assertThat(records.next().text("内容")).isEqualTo("荷物が届かない");
        assertThat(records.next().text("内容")).isEqualTo("請求書①を再発行してほしい");
        assertThat(records.encodingFound()).isEqualTo(word);
      }
    }
  }

  @Test
  void recognisesWesternFiles() {
    write("a.csv", WESTERN.getBytes(WINDOWS_1252));
    assertThat(all("a.csv", ReadOptions.DETECT))
        .extracting(row -> row.text("Text"))
        .containsExactly("Die Tür schließt nicht", "“Don’t” stop – 5 € café", "Ärger über Öl");

    write("b.csv", WESTERN.getBytes(UTF_16LE));
    assertThat(all("b.csv", ReadOptions.DETECT)).hasSize(3);
    write("b.csv", WESTERN.getBytes(UTF_16BE));
    assertThat(all("b.csv", ReadOptions.DETECT)).hasSize(3);
  }

  @Test
  void takesTheEncodingThatIsChosen() {
    write("a.txt", "日本".getBytes(Charset.forName("EUC-JP")));
    assertThat(
            all("a.txt", new ReadOptions(Encodings.parse("--encoding", "euc-jp"), null, null))
                .get(0)
                .text("text"))
        .isEqualTo("日本");
    assertThat(Encodings.parse("--encoding", "Shift_JIS")).isEqualTo(SHIFT_JIS);
    assertThatThrownBy(() -> Encodings.parse("--encoding", "latin-99"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "--encoding must be utf-8, utf-16, shift_jis, windows-31j, cp1252, euc-jp or another"
                + " name that Java knows, got latin-99");
    write("a.txt", "caf\u00e9\n".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> all("a.txt", new ReadOptions(UTF_8, null, null)))
        .hasMessage(
            folder.resolve("a.txt")
                + ":1: must be UTF-8 text, got the byte 0xe9 at position 4 of the line");
  }

  @Test
  void namesTheLineWhereASecondEncodingBegins() {
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    mixed.writeBytes("内容,分類\n荷物が届かない,配送\n".getBytes(UTF_8));
    mixed.writeBytes("画面が固まる,不具合\n".getBytes(SHIFT_JIS));
    write("a.csv", mixed.toByteArray());
    assertThatThrownBy(() -> all("a.csv", ReadOptions.DETECT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("a.csv")
                + ":3: is not UTF-8, but line 1 is; the file has two encodings at once: save all of"
                + " it as UTF-8");

    mixed.reset();
    mixed.writeBytes("内容,分類\n荷物が届かない,配送\n".getBytes(SHIFT_JIS));
    mixed.writeBytes("画面が固まる,不具合\n".getBytes(UTF_8));
    write("a.csv", mixed.toByteArray());
    assertThatThrownBy(() -> all("a.csv", ReadOptions.DETECT))
        .hasMessage(
            folder.resolve("a.csv")
                + ":3: is UTF-8, but line 1 is not; the file has two encodings at once: save all of"
                + " it as UTF-8");
  }

  @Test
  void aStrayQuoteOfATsvIsACharacter() {
    assertThat(read("a.tsv", "text\tlabel\n\"OK lamp\tx\na\ty\nb \"\tx\n\"c\"\ty\n\"d\" e\tx\n"))
        .extracting(DataRecord::line, row -> row.text("text"), row -> row.text("label"))
        .containsExactly(
            tuple(2L, "\"OK lamp", "x"),
            tuple(3L, "a", "y"),
            tuple(4L, "b \"", "x"),
            tuple(5L, "c", "y"),
            tuple(6L, "\"d\" e", "x"));
  }

  @Test
  void aStrayQuoteAtTheEndOfATsvIsACharacter() {
    assertThat(read("a.tsv", "text\tlabel\na\tx\n\"never closed\ty\nb\tx\n")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(chars = {',', '\t', ';'})
  void readsTextsWithLineBreaksAsExcelAndPandasWriteThem(char between) {
    String content =
        "id,text,label\n1,\"first, \"\"quoted\"\"\nsecond, line\n\nlast\",x\n2,\"a, b\",y\n"
            .replace(',', between);
    for (String name : List.of("a.csv", "a.tsv")) {
      assertThat(read(name, content))
          .extracting(DataRecord::line, row -> row.text("text"), row -> row.text("label"))
          .containsExactly(
              tuple(2L, "first, \"quoted\"\nsecond, line\n\nlast".replace(',', between), "x"),
              tuple(6L, "a, b".replace(',', between), "y"));
    }
  }

  @Test
  void namesTheLineOfACsvWhereAQuoteSwallowsRows() {
    assertThatThrownBy(() -> read("a.csv", "text,label\n\"OK lamp,x\na,y\nb,x\nc,y\nd \",x\ne,y\n"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("a.csv")
                + ":2: a quote opens here that closes 4 lines on, in line 6, and the lines between"
                + " look like rows; write two quotes for one inside a text and one quote before and"
                + " after that text");
  }

  @Test
  void doubtsAQuoteThatMayHaveSwallowedARow() {
    write("a.csv", "text,label\n\"a,x\nb\",y\n".getBytes(UTF_8));
    try (Records records = Records.open(folder.resolve("a.csv"), ReadOptions.DETECT)) {
      assertThat(records.next().fields()).containsEntry("text", "a,x\nb");
      assertThat(records.doubts()).hasSize(1);
    }
  }

  @Test
  void givesARecordOfAStreamAsSoonAsItIsThere() throws IOException {
    for (RecordFormat format :
        List.of(RecordFormat.TXT, RecordFormat.JSONL, RecordFormat.CSV, RecordFormat.TSV)) {
      PipedInputStream in = new PipedInputStream(1 << 12);
      PipedOutputStream out = new PipedOutputStream(in);
      boolean table = format == RecordFormat.CSV || format == RecordFormat.TSV;
      out.write((table ? "text,id\n" : "").getBytes(UTF_8));
      out.write((format == RecordFormat.JSONL ? "{}\n" : table ? "a,1\n" : "a\n").getBytes(UTF_8));
      // The writer stays: a reader that wants more than this line waits for ever.
      try (Records records = Records.of("stdin", in, format, ReadOptions.DETECT)) {
        assertThat(records.next()).isNotNull();
        out.write(
            (format == RecordFormat.JSONL ? "{}\n" : table ? "b,2\n" : "b\n").getBytes(UTF_8));
        assertThat(records.next()).isNotNull();
        out.close();
        assertThat(records.next()).isNull();
      }
    }
  }

  private List<DataRecord> read(String name, String content) {
    write(name, content.getBytes(UTF_8));
    return all(name, ReadOptions.DETECT);
  }

  private List<DataRecord> all(String name, ReadOptions options) {
    List<DataRecord> rows = new ArrayList<>();
    try (Records records = Records.open(folder.resolve(name), options)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        rows.add(one);
      }
    }
    return rows;
  }

  private void write(String name, byte[] content) {
    try {
      Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
