package io.haori.cli.demo;

import java.util.List;

/**
 * What was written of one domain.
 *
 * @param name of the domain and of its folder
 * @param train rows to learn from
 * @param validation rows to choose the epoch by
 * @param test rows to be looked at last
 * @param corpus texts without labels
 * @param labels the classes, the largest first
 */
public record DemoDomain(
    String name, int train, int validation, int test, int corpus, List<String> labels) {
  /** Keeps the labels from being changed. */
  public DemoDomain {
    labels = List.copyOf(labels);
  }
}
