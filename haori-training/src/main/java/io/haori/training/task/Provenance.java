package io.haori.training.task;

import io.haori.training.checkpoint.EpochResult;
import io.haori.training.data.Dataset;
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

  /**
   * Of a model that was just fitted.
   *
   * @param data what it was fitted to
   * @param settings what was chosen
   * @param tuned the model and how it went
   * @param test scores on the test rows by name; empty when they were not looked at
   */
  public static Provenance of(
      Dataset data, TuneSettings settings, TunedModel tuned, Map<String, Double> test) {
    Map<String, Object> chosen = settings.byName();
    if (data.splitBy() != null) {
      chosen.put("data.split", data.splitBy());
    }
    chosen.put("trainRows", data.train().rows().size());
    return new Provenance(
        chosen,
        Map.of(
            "train", data.train().sha256(),
            "validation", data.validation().sha256(),
            "test", data.test().sha256()),
        settings.loop().seed(),
        tuned.training().epochs(),
        tuned.training().bestEpoch(),
        tuned.validation(),
        test,
        tuned.training().history());
  }
}
