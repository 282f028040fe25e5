package io.haori.training.task;

import io.haori.training.data.Dataset;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a model came to be.
 *
 * @param settings everything chosen, by name
 * @param dataDigests SHA-256 of each file of the data, by split
 * @param seed of the run
 * @param epochs that were run
 * @param bestEpoch whose parameters were kept
 * @param validation scores by name
 * @param test scores by name
 */
public record Provenance(
    Map<String, String> settings,
    Map<String, String> dataDigests,
    long seed,
    int epochs,
    int bestEpoch,
    Map<String, Double> validation,
    Map<String, Double> test) {
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
    Map<String, String> chosen = new TreeMap<>();
    chosen.put("method", settings.method().toString());
    chosen.put("loop", settings.loop().toString());
    chosen.put("text", settings.text().toString());
    chosen.put("batch-size", String.valueOf(settings.batchSize()));
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
        test);
  }
}
