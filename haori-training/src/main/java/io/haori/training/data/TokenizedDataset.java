package io.haori.training.data;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.image.Picture;
import io.haori.model.image.UnreadPictures;
import java.util.ArrayList;
import java.util.List;

/**
 * A dataset with the tokens of its rows and what they are to be answered with, made once for any
 * number of runs on it.
 *
 * @param data the rows
 * @param maxLength tokens of a row at most, the rest was cut
 * @param train tokens of the training rows
 * @param validation tokens of the validation rows
 * @param test tokens of the test rows
 */
public record TokenizedDataset(
    Dataset data,
    int maxLength,
    TokenizedRows train,
    TokenizedRows validation,
    TokenizedRows test) {
  /**
   * Tokenises all three splits. Pictures of validation and test are decoded now, so that a damaged
   * one is found before hours of training and not after them.
   *
   * @param data the rows
   * @param reader of the base; not kept
   * @param maxLength tokens of a row at most
   * @throws UserError when a picture of validation or test cannot be read; it names all pictures of
   *     the dataset that cannot, as {@link UnreadPictures} does
   */
  public static TokenizedDataset of(Dataset data, RowReader reader, int maxLength) {
    Task task = data.labels().task();
    TokenizedRows train = reader.read(data.train().rows(), maxLength, task);
    TokenizedRows validation = reader.read(data.validation().rows(), maxLength, task);
    TokenizedRows test = reader.read(data.test().rows(), maxLength, task);
    try {
      return new TokenizedDataset(data, maxLength, train, validation.load(), test.load());
    } catch (UserError e) {
      throw UnreadPictures.among(pictures(data)).orElse(e);
    }
  }

  private static List<Picture> pictures(Dataset data) {
    List<Picture> all = new ArrayList<>();
    for (Split split : Split.values()) {
      for (Row row : data.split(split).rows()) {
        Picture picture = row.picture();
        if (picture != null) {
          all.add(picture);
        }
      }
    }
    return all;
  }

  /** How well the base reads a split: unknown tokens, longest and cut texts. */
  public TextCoverage coverage(Split split) {
    return rows(split).coverage();
  }

  /** Tokens of a split. */
  public TokenizedRows rows(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  /** What the rows of a split are to be answered with. */
  public Targets targets(Split split) {
    return Targets.of(data.split(split).rows(), data.labels());
  }
}
