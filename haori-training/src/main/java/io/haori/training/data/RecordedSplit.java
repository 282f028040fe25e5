package io.haori.training.data;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a single file was split, as it is written into an adapter folder.
 *
 * @param shares of training, validation and test rows
 * @param seed that decided which rows are in which split
 */
public record RecordedSplit(SplitShares shares, long seed) {
  /** The setting's name. */
  public static final String SETTING = "data.split";

  private static final String SEED = ", seed ";

  /**
   * Reads the setting {@code data.split}.
   *
   * @param text for example {@code 70/15/15, seed 42}; null for a folder of splits
   * @return empty where the text names no seed
   * @throws io.haori.core.check.UserError when the shares are not three parts of 100
   */
  public static Optional<RecordedSplit> of(@Nullable String text) {
    if (text == null || !text.contains(SEED)) {
      return Optional.empty();
    }
    String[] parts = text.split(SEED, 2);
    return Optional.of(
        new RecordedSplit(SplitShares.parse(SETTING, parts[0]), Long.parseLong(parts[1].strip())));
  }
}
