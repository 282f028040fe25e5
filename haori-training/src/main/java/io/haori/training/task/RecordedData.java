package io.haori.training.task;

import io.haori.training.data.SplitShares;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which data an adapter was trained with, as its folder says.
 *
 * @param digests SHA-256 of the rows of each split, by its name; empty when nothing is recorded
 * @param shares by which a single file was split; null for a folder of splits
 * @param splitSeed that decided which rows are in which split; 0 for a folder
 */
public record RecordedData(
    Map<String, String> digests, @Nullable SplitShares shares, long splitSeed) {
  private static final String SEED = ", seed ";

  /** Copies the digests. */
  public RecordedData {
    digests = Map.copyOf(digests);
  }

  /** Reads the setting {@code data.split}, for example {@code 70/15/15, seed 42}. */
  static RecordedData of(Map<String, String> digests, @Nullable String split) {
    if (split == null || !split.contains(SEED)) {
      return new RecordedData(digests, null, 0);
    }
    String[] parts = split.split(SEED, 2);
    return new RecordedData(
        digests, SplitShares.parse("data.split", parts[0]), Long.parseLong(parts[1].strip()));
  }
}
