package io.haori.inference.folder;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which data an adapter was trained with, as its folder says.
 *
 * @param digests SHA-256 of the rows of each split, by its name; empty when nothing is recorded
 * @param split how a single file was split, for example {@code 70/15/15, seed 42}; null for a
 *     folder of splits
 */
public record RecordedData(Map<String, String> digests, @Nullable String split) {
  /** Copies the digests. */
  public RecordedData {
    digests = Map.copyOf(digests);
  }
}
