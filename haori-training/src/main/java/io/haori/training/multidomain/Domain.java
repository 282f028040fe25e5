package io.haori.training.multidomain;

import io.haori.inference.task.spi.LabelSet;
import io.haori.training.data.Dataset;

/**
 * A domain with its rows.
 *
 * @param name unique among the domains learnt together
 * @param data its rows; all of one label set
 */
public record Domain(String name, Dataset data) {
  /** Its classes. */
  public LabelSet labels() {
    return data.labels().heads().get(0).labels();
  }

  /** Whether a decoder writes its rows: they have no labels. */
  public boolean isWritten() {
    return labels().size() == 0;
  }

  /** What its rows depend on: digests of its files and, where they hold more, its name in them. */
  String digest() {
    return String.join(
        " ", name, data.train().sha256(), data.validation().sha256(), data.test().sha256());
  }
}
