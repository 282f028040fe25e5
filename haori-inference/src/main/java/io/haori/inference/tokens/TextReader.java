package io.haori.inference.tokens;

import static io.haori.core.check.Check.require;

import io.haori.core.json.JsonFile;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.text.Tokenizer;
import java.util.List;
import java.util.Map;

/**
 * Reads texts.
 *
 * @param tokenizer of the base; closed with this
 */
public record TextReader(Tokenizer tokenizer) implements RowReader {
  @Override
  public TokenizedRows read(List<Row> rows, int maxLength) {
    requireTexts(rows);
    return TokenizedRows.of(rows, tokenizer, maxLength);
  }

  @Override
  public TokenizedRows read(List<Row> rows, int maxLength, Task task) {
    requireTexts(rows);
    return TokenizedRows.of(rows, tokenizer, maxLength, task);
  }

  private static void requireTexts(List<Row> rows) {
    for (Row row : rows) {
      require(
          row.picture() == null,
          "data",
          "texts for a base that reads texts",
          "the picture " + JsonFile.printable(row.text()));
    }
  }

  @Override
  public List<Row> calibration() {
    return CalibrationTexts.ALL.stream().map(text -> new Row(text, null, null, null, 1)).toList();
  }

  @Override
  public Map<String, String> files() {
    return tokenizer.files();
  }

  @Override
  public Tokenizer tokenizer(String base) {
    return tokenizer;
  }

  @Override
  public long padId() {
    return tokenizer.padId();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
