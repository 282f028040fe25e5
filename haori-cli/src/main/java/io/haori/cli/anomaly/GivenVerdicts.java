package io.haori.cli.anomaly;

import io.haori.analysis.metrics.DetectionCurve;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.remote.RemoteModels;
import io.haori.client.GivenFeedback;
import io.haori.core.check.UserError;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.ScoredFeedback;
import java.util.List;
import java.util.Objects;

/**
 * What people said of pictures that a detector scored, kept by a server as feedback.
 *
 * @param id of the detector's version
 * @param threshold of the detector
 * @param verdicts in the order in which they came
 */
record GivenVerdicts(VersionId id, double threshold, List<ScoredFeedback> verdicts) {
  private static final String ANOMALOUS = "anomalous";

  /** As many as a server lists. */
  private static final int MOST = 20_000;

  /** Those of a registry. */
  static GivenVerdicts of(Registry registry, ModuleReference reference) {
    try (CheckedOut source = CheckedOut.of(registry, reference)) {
      double threshold = AnomalyFolder.threshold(source.folder());
      VersionId id = Objects.requireNonNull(source.version()).id();
      return new GivenVerdicts(id, threshold, registry.watch().scored(id, MOST));
    }
  }

  /** Those of a server. */
  static GivenVerdicts of(RemoteModels models, String model) {
    GivenFeedback given = models.feedbackOn(model);
    return new GivenVerdicts(
        VersionId.of(given.module(), given.version()),
        given.threshold(),
        given.pictures().stream()
            .map(one -> new ScoredFeedback(one.score(), one.answered(), one.label()))
            .toList());
  }

  /** Scores of anomalous pictures against those of good ones. */
  DetectionCurve curve() {
    double[] anomalous = scores(true);
    double[] good = scores(false);
    if (anomalous.length == 0 || good.length == 0) {
      throw new UserError(
          "feedback on "
              + id
              + " must have good and anomalous pictures, has "
              + good.length
              + " good ones of "
              + verdicts.size());
    }
    return DetectionCurve.of(anomalous, good);
  }

  private double[] scores(boolean anomalous) {
    return verdicts.stream()
        .filter(one -> one.truth().equals(ANOMALOUS) == anomalous)
        .mapToDouble(ScoredFeedback::score)
        .toArray();
  }

  /** Anomalous pictures that were answered with good. */
  long missed() {
    return wrong(true);
  }

  /** Good pictures that were answered with anomalous. */
  long falseAlarms() {
    return wrong(false);
  }

  private long wrong(boolean anomalous) {
    return verdicts.stream()
        .filter(one -> one.truth().equals(ANOMALOUS) == anomalous)
        .filter(one -> !one.answered().equals(one.truth()))
        .count();
  }
}
