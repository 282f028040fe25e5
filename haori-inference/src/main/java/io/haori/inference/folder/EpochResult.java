package io.haori.inference.folder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known after an epoch.
 *
 * @param epoch counted from 1
 * @param loss mean over its batches while they were trained on
 * @param metrics of the validation, by name; empty when nothing was scored
 */
public record EpochResult(int epoch, double loss, Map<String, Double> metrics) {
  /** Copies the metrics, in their order. */
  public EpochResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
