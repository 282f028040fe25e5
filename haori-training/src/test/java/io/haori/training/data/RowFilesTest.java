package io.haori.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFilesTest {
  @TempDir Path folder;

  @Test
  void readsJsonLines() {
    DataFile file =
        read(
            "a.jsonl",
            """
            {"text": "a soup", "label": "dish", "domain": "food", "id": {"x": [1]}}

            {"text": "an oak", "text_pair": "a tree", "label": " plant "}
            """);

    assertThat(file.rows())
        .containsExactly(
            new Row("a soup", null, new Label.ClassName("dish"), "food", 1),
            new Row("an oak", "a tree", new Label.ClassName("plant"), null, 3));
    assertThat(file.sha256()).hasSize(64);
  }

  @Test
  void readsPicturesBesideTheFileOfRows() {
    write("a.png", "");

    Row row = read("a.csv", "image,label\na.png,crack\n").rows().get(0);

    assertThat(row.image()).isEqualTo(folder.resolve("a.png"));
    assertThat(row.text()).isEqualTo("a.png");
    assertThatThrownBy(() -> read("b.jsonl", "{\"image\": \"b.png\", \"label\": \"ok\"}"))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("b.jsonl") + ":1: image must be a picture's file, got b.png");
  }

  @Test
  void readsNumbersAsRegression() {
    DataFile file =
        read("a.jsonl", "{\"text\": \"a\", \"label\": 3}\n{\"text\": \"b\", \"label\": -0.5e1}");

    assertThat(file.rows())
        .extracting(Row::label)
        .containsExactly(new Label.Numeric(3), new Label.Numeric(-5));
  }

  @Test
  void readsCsvWithQuotesAndLineBreaksInFields() {
    DataFile file =
        read(
            "a.csv",
            """
            id,text,label,text_pair
            1,"a ""big"" soup,
            with okra",dish,

            2,6" pipe,part,"x, y"
            """
                .replace("\n", "\r\n"));

    assertThat(file.rows())
        .containsExactly(
            new Row("a \"big\" soup,\nwith okra", null, new Label.ClassName("dish"), null, 2),
            new Row("6\" pipe", "x, y", new Label.ClassName("part"), null, 5));
  }

  @Test
  void readsTsvAndTakesALabelColumnOfNumbersAsNumbers() {
    DataFile file = read("a.tsv", "text\tlabel\na, b\t1\nc\t2.5\n");

    assertThat(file.rows())
        .extracting(Row::text, Row::label)
        .containsExactly(tuple("a, b", new Label.Numeric(1)), tuple("c", new Label.Numeric(2.5)));
  }

  @Test
  void takesALabelColumnWithOneNameAsNames() {
    assertThat(read("a.csv", "text,label\na,1\nb,other\n").rows())
        .extracting(Row::label)
        .containsExactly(new Label.ClassName("1"), new Label.ClassName("other"));
  }

  @ParameterizedTest
  @CsvSource({"a.jsonl,'{\"text\": \"x\", \"label\": \"y\"}'", "a.csv,'text,label\nx,y'"})
  void passesOverAByteOrderMark(String name, String content) {
    assertThat(read(name, "\uFEFF" + content).rows()).extracting(Row::text).containsExactly("x");
  }

  @Test
  void readsPlainTextsAndPassesOverLabelsThatNobodyAskedFor() {
    write("c.txt", "one\n\n  two \r\n");
    write("c.jsonl", "{\"text\": \"a\", \"label\": true}\n{\"text\": \"b\"}\n");

    assertThat(RowFiles.readTexts(folder.resolve("c.txt")).rows())
        .extracting(Row::text, Row::line)
        .containsExactly(tuple("one", 1L), tuple("  two ", 3L));
    assertThat(RowFiles.readTexts(folder.resolve("c.jsonl")).rows())
        .extracting(Row::label)
        .containsOnlyNulls();
  }

  @Test
  void readsAStreamAsJsonOrAsText() {
    assertThat(RowFiles.readTexts("stdin", stream("a soup\n{b}\n")).rows())
        .extracting(Row::text)
        .containsExactly("a soup", "{b}");
    assertThat(
            RowFiles.readTexts("stdin", stream("\n{\"text\": \"a\", \"text_pair\": \"b\"}")).rows())
        .containsExactly(new Row("a", "b", null, null, 2));
    assertThatThrownBy(() -> RowFiles.readTexts("stdin", stream("\n")))
        .isInstanceOf(UserError.class)
        .hasMessage("stdin: must have at least one row, got none");
  }

  @Test
  void theDigestIsThatOfTheBytes() {
    assertThat(RowFiles.readTexts("stdin", stream("abc")).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"label": "a"}               | text is missing
          {"text": null, "label": "a"} | text is missing
          {"text": " ", "label": "a"}  | text must not be blank
          {"text": 7, "label": "a"}    | text must be a string, got the number 7
          {"text": "x"}                | label is missing
          {"text": "x", "label": null} | label is missing
          {"text": "x", "label": ""}   | label must not be blank
          {"text": "x", "label": true} | label must be a string or a number, got true
          {"text": "x", "label": ["a"]} | label must be a string or a number, got an array; lists of labels are read with the setting task=multi-label
          {"text": "x", "label": 1e999} | label must be finite, got 1e999
          {"text": "x", "label": 4}    | label must be a string like the one in line 1, got the number 4.0
          {"text": "x", "text": "y", "label": "a"} | has the key "text" twice
          {"text": "x", "label": "a", "domain": 3} | domain must be a string, got the number 3
          {"text": "\\ud83d!", "label": "a"} | text must be whole characters, got half a surrogate pair
          ["x", "a"]                   | must be a JSON object like {"text": "..."}, got an array
          {"text": "x", "label": "a"} {} | must be one JSON object, got more after it
          {"text": "x", "label": "a"   | must be a JSON object in one line, got one that is cut off
          {'text': "x"}                | must be valid JSON, got at position 2: Unexpected character (''' (code 39)): was expecting double-quote to start field name
          """)
  void tellsFileLineAndReason(String line, String reason) {
    assertThatThrownBy(() -> read("a.jsonl", "{\"text\": \"first\", \"label\": \"a\"}\n\n" + line))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("a.jsonl") + ":3: " + reason);
  }

  @Test
  void reportsANameAmongNumbers() {
    assertFails(
        "a.jsonl",
        "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": \"two\"}",
        ":2: label must be a number like the one in line 1, got the string \"two\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          label,title~a,b               | :1: header has no column "text"; there are "label", "title"; choose one with the setting columns.text
          text,title~a,b                | :1: header has no column "label"; there are "text", "title"; choose one with the setting columns.label
          text,label,text~a,b,c         | :1: header must name each column once, got "text" twice
          text,label~a,b~c,d,e          | :3: must have 2 fields like the header, got 3
          text,label~a,b~c              | :3: must have 2 fields like the header, got 1
          text,label~a,b~ ,d            | :3: text must not be blank
          text,label~"a~b",c~d,         | :4: label is missing
          text,label~a,b~"c,d~e,f       | :3: a quoted field must end with a quote before the next field, as RFC 4180 says
          text,label~a,b~"c"d,e         | :3: a quoted field must end with a quote before the next field, as RFC 4180 says
          text,label~a,1~b,1e999        | :3: label must be finite, got 1e999
          text,label                    | : must have at least one row, got none
          """)
  void tellsWhatIsWrongWithACsv(String content, String reason) {
    assertFails("a.csv", content.replace('~', '\n'), reason);
  }

  @Test
  void tellsTheFirstByteOfAStreamThatIsNotUtf8() {
    InputStream latin =
        new ByteArrayInputStream("one\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> RowFiles.readTexts("stdin", latin))
        .isInstanceOf(UserError.class)
        .hasMessage("stdin:2: must be UTF-8 text, got the byte 0xe9 at position 4 of the line");
  }

  @Test
  void tellsTheSizeOfALineThatIsTooLong() {
    write("a.txt", "short\n" + "x".repeat((1 << 20) + 7) + "\nshort\n");

    assertThatThrownBy(() -> RowFiles.readTexts(folder.resolve("a.txt")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("a.txt") + ":2: a line must be at most 1048576 bytes long, got 1048583");
  }

  @Test
  void readsTheLongestLineThatIsAllowed() {
    String longest = "x".repeat(1 << 20);

    assertThat(RowFiles.readTexts("stdin", stream(longest + "\r\n" + longest)).rows())
        .extracting(Row::text)
        .containsExactly(longest, longest);
  }

  @Test
  void aLineLargerThanTheMemoryIsOnlyCounted() {
    // More than an int counts, and than the heap of the tests holds.
    long size = (2L << 30) + 1;

    assertThatThrownBy(() -> RowFiles.readTexts("stdin", new Endless(size)))
        .hasMessage("stdin:1: a line must be at most 1048576 bytes long, got " + size);
  }

  @Test
  void aQuoteLeftOpenDoesNotSwallowALargeFile() {
    write("a.csv", "text\n\"open\n" + "a line\n".repeat(400_000));

    assertThatThrownBy(() -> RowFiles.readTexts(folder.resolve("a.csv")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("a.csv")
                + ":2: a row must be at most 1048576 characters long; a quote may have been left"
                + " open");
  }

  @Test
  void tellsFilesThatCannotBeRead() {
    assertThatThrownBy(() -> RowFiles.readTexts(folder.resolve("none.txt")))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("none.txt") + ": cannot be read (no such file)");
    assertThatThrownBy(() -> RowFiles.readTexts(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + ": must be a file, got a folder");
    assertThatThrownBy(() -> RowFiles.readTexts(folder.resolve("a.parquet")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("a.parquet")
                + ": its name must end in .jsonl, .csv, .tsv, .xlsx or .txt");
    assertFails("a.txt", "x", ": its name must end in .jsonl, .csv, .tsv or .xlsx");
  }

  private void assertFails(String name, String content, String reason) {
    assertThatThrownBy(() -> read(name, content))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve(name) + reason);
  }

  private DataFile read(String name, String content) {
    write(name, content);
    return RowFiles.read(folder.resolve(name), Labels.ANY, DataOptions.USUAL);
  }

  private void write(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static InputStream stream(String content) {
    return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
  }

  /** A stream of one letter, without holding it. */
  private static final class Endless extends InputStream {
    private long left;
    private byte[] filled = new byte[0];

    Endless(long size) {
      left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      if (target != filled) {
        Arrays.fill(target, (byte) 'x');
        filled = target;
      }
      left -= count;
      return count;
    }
  }
}
