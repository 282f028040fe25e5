package io.haori.training.data;

import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.inference.tokens.TokenizedRows;

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
   * Tokenises all three splits.
   *
   * @param data the rows
   * @param reader of the base; not kept
   * @param maxLength tokens of a row at most
   */
  public static TokenizedDataset of(Dataset data, RowReader reader, int maxLength) {
    return new TokenizedDataset(
        data,
        maxLength,
        reader.read(data.train().rows(), maxLength, data.labels().task()),
        reader.read(data.validation().rows(), maxLength, data.labels().task()),
        reader.read(data.test().rows(), maxLength, data.labels().task()));
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
