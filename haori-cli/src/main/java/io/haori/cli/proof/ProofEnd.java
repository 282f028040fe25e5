package io.haori.cli.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * What follows from all stages; the test rows were looked at here for the first time.
 *
 * @param proof number of the log entry that began it
 * @param verdict {@code go-on}, {@code stop} or {@code not-known}
 * @param because which part of the rule decided: {@code module}, {@code no-gain} or {@code payback}
 * @param domains what was measured of each domain that was reached
 * @param labels of the first domain, those with the most wrong answers first
 * @param threshold below which an answer goes to a person; 0 where all are the model's
 * @param toPerson share of the texts that do
 * @param payback as {@code plan.json} has it, of these answers; missing where no costs were given
 * @param confusion rows of the first domain by right label and answer
 * @param confusionLabels names of both
 * @param rollbackMillis time of a rollback that was made in the registry
 * @param seconds processor time of all stages
 */
@SuppressWarnings("ArrayRecordComponent") // Written and read, never compared.
public record ProofEnd(
    long proof,
    String verdict,
    String because,
    List<DomainScore> domains,
    List<LabelScore> labels,
    double threshold,
    double toPerson,
    JsonNode payback,
    List<String> confusionLabels,
    int[][] confusion,
    double rollbackMillis,
    double seconds) {
  /**
   * What was measured on a domain's test rows.
   *
   * @param name of the domain
   * @param way that answers it now
   * @param version of its module; empty for the frozen base
   * @param rows test rows
   * @param right of them by the way
   * @param frozenRight of them by the classifier on the frozen base
   * @param gainLow lower end of the gain's 95 % interval, by a paired bootstrap
   * @param gainHigh upper end
   */
  public record DomainScore(
      String name,
      String way,
      String version,
      int rows,
      int right,
      int frozenRight,
      double gainLow,
      double gainHigh) {}

  /**
   * How one label fares.
   *
   * @param name of it
   * @param rows test rows of it
   * @param right of them
   * @param takenFor the label that was answered most often in its place; empty for none
   * @param toPerson of them that go to a person
   */
  public record LabelScore(String name, int rows, int right, String takenFor, int toPerson) {}

  /** Copies the lists. */
  public ProofEnd {
    payback = payback == null ? MissingNode.getInstance() : payback;
    domains = List.copyOf(domains);
    labels = List.copyOf(labels);
    confusionLabels = List.copyOf(confusionLabels);
  }
}
