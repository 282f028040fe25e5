package io.haori.inference.tokens;

import static io.haori.core.check.Check.require;

import io.haori.core.json.JsonFile;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.base.BaseInput;
import io.haori.model.image.Picture;
import io.haori.model.image.Pixels;
import io.haori.model.image.Preprocessing;
import io.haori.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads pictures: resized and cropped once, when they are needed first, and kept in 8 bits.
 *
 * @param input how pictures are prepared
 */
public record PictureReader(BaseInput.Pictures input) implements RowReader {
  private static final int CALIBRATION = 8;

  @Override
  public TokenizedRows read(List<Row> rows, int maxLength) {
    for (Row row : rows) {
      require(
          row.picture() != null,
          "data",
          "pictures for a base that reads pictures",
          "the text " + JsonFile.printable(row.text()));
    }
    return TokenizedRows.of(FittedPictures.of(rows, input));
  }

  @Override
  public TokenizedRows read(List<Row> rows, int maxLength, Task task) {
    require(!task.readsWords(), "task", "one that reads pictures as a whole", task.name());
    return read(rows, maxLength);
  }

  /** Waves of several widths and directions, and the colours that they are made of. */
  @Override
  public List<Row> calibration() {
    Preprocessing steps = input.steps();
    List<Row> all = new ArrayList<>();
    for (int picture = 0; picture < CALIBRATION; picture++) {
      byte[] rgb = new byte[3 * steps.height() * steps.width()];
      double down = Math.sin(picture) * (picture + 1) / 8;
      double across = Math.cos(picture) * (picture + 1) / 8;
      int next = 0;
      for (int y = 0; y < steps.height(); y++) {
        for (int x = 0; x < steps.width(); x++) {
          for (int c = 0; c < 3; c++) {
            rgb[next++] = (byte) Math.round(127.5 + 127 * Math.sin(down * y + across * x + c));
          }
        }
      }
      Pixels pixels = Pixels.of(steps.height(), steps.width(), rgb);
      all.add(new Row("waves", null, null, null, 1).showing(new Picture.Decoded(pixels)));
    }
    return all;
  }

  @Override
  public Map<String, String> files() {
    return Map.of(Preprocessing.FILE, input.written());
  }

  @Override
  public Tokenizer tokenizer(String base) {
    return input.tokenizer(base);
  }

  @Override
  public long padId() {
    return 0;
  }

  @Override
  public void close() {
    input.close();
  }
}
