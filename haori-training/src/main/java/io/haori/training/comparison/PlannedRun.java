package io.haori.training.comparison;

import io.haori.training.task.TuneSettings;

/**
 * A run that is wanted.
 *
 * @param method its name
 * @param settings with its seed
 * @param digest SHA-256 of all that it depends on
 * @param work how long it takes, in tokens passed through a layer forward; only ratios count
 */
record PlannedRun(String method, TuneSettings settings, String digest, long work) {
  long seed() {
    return settings.loop().seed();
  }

  /** Its folder's name: readable, and another one as soon as anything differs. */
  String folder() {
    return method + "-seed" + seed() + "-" + digest.substring(0, 12);
  }
}
