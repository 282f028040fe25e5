package io.haori.training.multidomain;

import io.haori.training.data.Split;
import java.util.List;

/**
 * A finished model that writes, as it is kept.
 *
 * @param set with what it wrote in the place of classes
 * @param losses one a domain, in the order of the set's answers
 */
record FinishedAnswerSet(FinishedDomainSet set, List<Losses> losses) {
  /** Copies the list. */
  FinishedAnswerSet {
    losses = List.copyOf(losses);
  }

  /**
   * Losses of one domain's rows.
   *
   * @param validation {@code [rows]} in nats a token
   * @param test {@code [rows]} in nats a token
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Losses(double[] validation, double[] test) {
    double[] of(Split split) {
      return split == Split.VALIDATION ? validation : test;
    }
  }

  double[] losses(String domain, Split split) {
    for (int i = 0; i < losses.size(); i++) {
      if (set.answers().get(i).domain().equals(domain)) {
        return losses.get(i).of(split);
      }
    }
    throw new IllegalArgumentException("it did not learn " + domain);
  }
}
