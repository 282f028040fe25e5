package io.haori.training.choice;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import java.util.List;

/**
 * How the tokens of a text become one vector where nothing was chosen and the base has a pooler:
 * through that, as classifiers on many rows are usually made, or as vectors that are compared
 * ({@link Pooling#forComparison}), from which few rows teach more. A probe on either answers the
 * same held-out rows, and the better one decides.
 *
 * @param usual of a probe on the base's usual vectors
 * @param compared of a probe on the others
 */
public record PoolingChoice(CrossScore usual, CrossScore compared) {
  /** Whether there is something to choose for a way: a way from a stored model reads as that. */
  static boolean isOpen(Candidate way, TextBase base) {
    return way.start() == null && isOpen(way.settings().text(), base);
  }

  /**
   * Whether there is something to choose.
   *
   * @param text how a fit reads texts
   * @param base of it
   */
  public static boolean isOpen(TextOptions text, TextBase base) {
    return text.pooling() == Pooling.AUTO
        && text.forComparison(base).pooling() != base.backbone().usualPooling();
  }

  /** The same way on vectors that are compared. */
  static Candidate compared(Candidate way, TextBase base) {
    return way.withText(way.settings().text().forComparison(base));
  }

  /** Whether vectors that are compared were better. */
  public boolean takesCompared() {
    return !usual.beats(compared);
  }

  /** The ways with the pooling that was better. */
  List<Candidate> taken(List<Candidate> ways, TextBase base) {
    return takesCompared()
        ? ways.stream().map(way -> isOpen(way, base) ? compared(way, base) : way).toList()
        : ways;
  }
}
