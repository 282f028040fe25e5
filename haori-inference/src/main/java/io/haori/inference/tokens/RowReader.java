package io.haori.inference.tokens;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.base.BaseInput;
import io.haori.model.text.Tokenizer;
import java.util.List;
import java.util.Map;

/**
 * What turns rows into a base's tokens: pieces of texts, or patches of pictures. Everything behind
 * it is the same for both. May be used by several threads.
 */
public interface RowReader extends AutoCloseable {
  /** What reads rows for a base; closes the input. */
  static RowReader of(BaseInput input) {
    return input instanceof BaseInput.Pictures pictures
        ? new PictureReader(pictures)
        : new TextReader(((BaseInput.Texts) input).tokenizer());
  }

  /**
   * Reads each row as a whole.
   *
   * @param rows of the kind that the base reads
   * @param maxLength how many tokens a row of text may have
   * @return the tokens, in the rows' order
   * @throws io.haori.core.check.UserError when a row is of the other kind, or cannot be read
   */
  TokenizedRows read(List<Row> rows, int maxLength);

  /**
   * Reads rows as a task does: as a whole, or word by word.
   *
   * @param rows of the kind that the base reads
   * @param maxLength how many tokens a row of text may have
   * @param task says how
   * @return the tokens, in the rows' order
   * @throws io.haori.core.check.UserError when a row is of the other kind, or cannot be read
   */
  TokenizedRows read(List<Row> rows, int maxLength, Task task);

  /**
   * Rows that a base reads before it is rounded: always the same ones, so that a base is always
   * rounded alike. They also show how far two models are apart.
   */
  List<Row> calibration();

  /** The files beside a base's weights from which transformers reads rows alike, by their names. */
  Map<String, String> files();

  /**
   * The tokenizer of a base that reads texts.
   *
   * @param base its name, for the message
   * @throws io.haori.core.check.UserError when it reads pictures
   */
  Tokenizer tokenizer(String base);

  /**
   * The token that fills rows of a rectangle; of pictures, which are equally long, none is used.
   */
  long padId();

  @Override
  void close();
}
