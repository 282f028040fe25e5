package io.haori.inference.calibration;

import io.haori.inference.task.spi.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of a text, and how far it can be trusted.
 *
 * @param prediction the most probable class and all probabilities, whatever follows
 * @param unsure whether the class is less probable than was asked; null when that was not asked
 * @param unknown whether the text is farther from all known ones than was asked; null when that was
 *     not asked
 * @param set classes of which one is right as often as was asked, the most probable first, perhaps
 *     none; null when none was asked
 */
public record CalibratedAnswer(
    Prediction prediction,
    @Nullable Boolean unsure,
    @Nullable Boolean unknown,
    @Nullable List<String> set) {
  /** The answer to a text that is like none of the known ones. */
  public static final String NONE_OF_THESE = "none of these";

  /** Copies the set. */
  public CalibratedAnswer {
    set = set == null ? null : List.copyOf(set);
  }

  /** {@link #NONE_OF_THESE} for an unknown text, null for an unsure answer, else the class. */
  public @Nullable String label() {
    if (Boolean.TRUE.equals(unknown)) {
      return NONE_OF_THESE;
    }
    return Boolean.TRUE.equals(unsure) ? null : prediction.label();
  }
}
