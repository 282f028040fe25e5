package io.haori.training.multidomain;

import io.haori.training.data.Split;
import java.util.List;

/**
 * What training a model of one or several domains left behind.
 *
 * @param digest SHA-256 of all that it depends on
 * @param seed of all its randomness
 * @param answers one a domain, in the order of their names
 * @param curve mean validation accuracy over its domains, by epoch
 * @param bestEpoch counted from 1, whose parameters were kept
 * @param trainable number of trained numbers
 * @param steps of the optimizer
 * @param tokens read while learning
 * @param seconds of its share in what was trained side by side
 * @param weights {@code [steps][domains]} how much each domain's loss counted
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record FinishedDomainSet(
    String digest,
    long seed,
    List<Answers> answers,
    List<Double> curve,
    int bestEpoch,
    long trainable,
    int steps,
    long tokens,
    double seconds,
    float[][] weights) {
  /**
   * What a model said of one domain.
   *
   * @param domain its name
   * @param validation accuracy of the kept epoch
   * @param validated {@code [rows]} the class of each validation row
   * @param predicted {@code [rows]} the class of each test row
   */
  public record Answers(
      String domain, double validation, List<String> validated, List<String> predicted) {
    /** What was said of the rows of a split. */
    public List<String> of(Split split) {
      return split == Split.VALIDATION ? validated : predicted;
    }
  }

  /** What was said of one domain. */
  public Answers of(String domain) {
    return answers.stream()
        .filter(one -> one.domain().equals(domain))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it did not learn " + domain));
  }
}
