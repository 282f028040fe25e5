package io.haori.training.data.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SheetRecordsTest {
  private static final Path SHEETS = Path.of("src/test/resources/sheets");

  @TempDir Path folder;

  @Test
  void readsTheOnlySheetWithRowsAndKeepsExcelsRowNumbers() {
    List<DataRecord> rows = read("orders.xlsx", null);

    assertThat(rows)
        .extracting(DataRecord::line, row -> row.text("内容"), row -> row.text("分類"))
        .containsExactly(
            tuple(2L, "荷物が届かない", "配送"),
            tuple(3L, "請求書を再発行してほしい", "請求"),
            tuple(4L, "画面が固まる", "不具合"),
            tuple(5L, "住所を変えたい", "配送"),
            tuple(6L, null, null),
            tuple(7L, "ボタンが\n効かない", "不具合"));
    assertThat(rows.get(4).blank()).isTrue();
  }

  @Test
  void numbersAreAsStoredDatesAsInIsoAndTruthsInWords() {
    List<DataRecord> rows = read("orders.xlsx", null);

    assertThat(rows).extracting(row -> row.text("番号")).contains("1", "2", "3", "4", "5");
    assertThat(rows)
        .extracting(row -> row.text("数量"))
        .containsExactly("10", "2.5", "0.1", "1000000", null, "3");
    assertThat(rows)
        .extracting(row -> row.text("日付"))
        .containsExactly(
            "2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08", null, "2024-02-01T09:30");
    assertThat(rows.get(0).text("済")).isEqualTo("TRUE");
  }

  @Test
  void passesOverTheReadingsOfKanji() {
    List<DataRecord> rows = read("readings.xlsx", null);

    assertThat(rows).extracting(row -> row.text("内容")).containsExactly("荷物が届かない");
  }

  /** Programs that format no cell leave the part with the formats out. */
  @Test
  void readsAWorkbookWithoutFormatsOfCells() {
    assertThat(read("without-styles.xlsx", null))
        .extracting(row -> row.text("内容"), row -> row.text("分類"), row -> row.text("番号"))
        .containsExactly(tuple("荷物が届かない", "配送", "1"), tuple("画面が固まる", "不具合", "2.5"));
  }

  @Test
  void readsTheSheetThatIsChosenAndTenIsNotTenPointZero() {
    assertThat(read("two-sheets.xlsx", "2024"))
        .extracting(row -> row.text("label"))
        .containsExactly("y", "20", "20");
    assertThat(read("orders.xlsx", "隠し")).hasSize(1);
  }

  @Test
  void aFormulaHasItsLastResult() {
    List<DataRecord> rows = read("formula-with-results.xlsx", null);

    assertThat(rows.get(0).text("label")).isEqualTo("x");
    assertThat(rows.get(1).text("note")).isEqualTo("2");
    assertThat(rows.get(0).fields().get("note"))
        .isEqualTo(new CellFault("#DIV/0!", "the cell C2 is the error #DIV/0!"));
    assertThat(rows.get(2).fields().get("label"))
        .isEqualTo(new CellFault("#N/A", "the cell B4 is the error #N/A"));
  }

  @Test
  void aFormulaWithoutResultIsAFault() {
    assertThat(read("formula-without-result.xlsx", null).get(1).fields().get("text"))
        .isEqualTo(
            new CellFault(
                "",
                "the cell A3 has a formula whose result is not in the file; open the file in Excel"
                    + " and save it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          merged.xlsx    | | :4: the cells B4:B7 are merged, so that only the first has a value; unmerge them and fill each
          encrypted.xlsx | | : is encrypted; open it in Excel and save a copy without a password
          old.xlsx       | | : is an old Excel file (.xls) by another name; save it in Excel as .xlsx
          damaged.xlsx   | | : is damaged and cannot be read as an Excel workbook; open it in Excel and save it again
          two-sheets.xlsx | | : has 2 sheets with rows; choose one with the setting sheet: "2023", "2024"
          two-sheets.xlsx | 2042 | : has no sheet "2042"; did you mean "2024"? There are "2023", "2024"
          """)
  void refusesInOneSentence(String name, String sheet, String reason) {
    assertThatThrownBy(() -> read(name, sheet))
        .isInstanceOf(UserError.class)
        .hasMessage(SHEETS.resolve(name) + reason);
  }

  @Test
  void refusesWhatIsNoWorkbook() throws IOException {
    Path text = folder.resolve("text.xlsx");
    Files.writeString(text, "text,label\na,b\n");
    assertThatThrownBy(() -> Records.open(text, ReadOptions.DETECT))
        .hasMessage(text + ": is not an Excel workbook: it does not begin like one");

    Path zip = folder.resolve("zip.xlsx");
    Files.write(zip, new byte[] {'P', 'K', 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThatThrownBy(() -> Records.open(zip, ReadOptions.DETECT))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(zip + ": is damaged and cannot be read as an Excel workbook");

    Path old = folder.resolve("a.xls");
    assertThatThrownBy(() -> Records.open(old, ReadOptions.DETECT))
        .hasMessage(old + ": is an old Excel file; save it in Excel as .xlsx (Excel Workbook)");
  }

  @Test
  void aWorkbookThatIsCutAnywhereIsOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(SHEETS.resolve("orders.xlsx"));
    Path file = folder.resolve("cut.xlsx");
    for (int size = 8; size < whole.length; size += 701) {
      Files.write(file, java.util.Arrays.copyOf(whole, size));
      assertThatThrownBy(() -> all(file, ReadOptions.DETECT)).isInstanceOf(UserError.class);
    }
    for (int at = 40; at < whole.length - 40; at += 397) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x55;
      changed[at + 1] ^= 0x55;
      Files.write(file, changed);
      try {
        all(file, ReadOptions.DETECT);
      } catch (UserError e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }

  private static List<DataRecord> read(String name, String sheet) {
    return all(SHEETS.resolve(name), new ReadOptions(null, null, sheet));
  }

  private static List<DataRecord> all(Path file, ReadOptions options) {
    List<DataRecord> rows = new ArrayList<>();
    try (Records records = Records.open(file, options)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        rows.add(one);
      }
    }
    return rows;
  }
}
