package io.haori.inference.tokens;

import static io.haori.core.check.Check.require;

import io.haori.core.json.JsonFile;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.text.Tokenizer;
import java.util.List;

/**
 * Reads texts.
 *
 * @param tokenizer of the base; closed with this
 */
public record TextReader(Tokenizer tokenizer) implements RowReader {
  private static final List<String> CALIBRATION =
      List.of(
          "The pump on line 3 stopped at 14:05; the seal leaks and has to be replaced.",
          "Please send two spare bearings, part 6204-2RS, before Friday.",
          "How do I change the PIN of my card?",
          "A rich soup thickened with okra, served with rice and lemon.",
          "This was the worst film that I have seen in years, and far too long.",
          "We show that the method of (Smith et al., 2009) extends to longer sequences.",
          "ok",
          "Battery life is great, but the screen is dim and the keys feel cheap!!!",
          "https://example.org/item?id=42 returned error 500 (timeout after 30 s)",
          "a small, sharp-pointed projection of a plant or an animal",
          "ポンプのシールから油が漏れているため、交換が必要です。",
          "Die Maschine wurde am 3. Mai gewartet; keine weiteren Mängel.");

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
          row.image() == null,
          "data",
          "texts for a base that reads texts",
          "the picture " + JsonFile.printable(row.text()));
    }
  }

  @Override
  public TokenizedRows calibration(int maxLength) {
    return read(
        CALIBRATION.stream().map(text -> new Row(text, null, null, null, 1)).toList(), maxLength);
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
