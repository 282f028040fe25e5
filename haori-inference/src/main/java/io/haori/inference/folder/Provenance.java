package io.haori.inference.folder;

import java.util.List;
import java.util.Map;

/**
 * How a model came to be.
 *
 * @param settings everything chosen, by name: whole numbers, numbers, truth values and texts
 * @param dataDigests SHA-256 of each file of the data, by split
 * @param seed of the run
 * @param epochs that were run
 * @param bestEpoch whose parameters were kept
 * @param validation scores by name
 * @param test scores by name
 * @param history one entry a finished epoch
 */
public record Provenance(
    Map<String, Object> settings,
    Map<String, String> dataDigests,
    long seed,
    int epochs,
    int bestEpoch,
    Map<String, Double> validation,
    Map<String, Double> test,
    List<EpochResult> history) {
  /** Copies the history. */
  public Provenance {
    history = List.copyOf(history);
  }

  /** Of a model without a history of its own; see the longer form. */
  public Provenance(
      Map<String, Object> settings,
      Map<String, String> dataDigests,
      long seed,
      int epochs,
      int bestEpoch,
      Map<String, Double> validation,
      Map<String, Double> test) {
    this(settings, dataDigests, seed, epochs, bestEpoch, validation, test, List.of());
  }
}
