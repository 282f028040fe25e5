package io.haori.cli.advise;

import io.haori.analysis.payback.Costs;
import io.haori.analysis.payback.HandOver;
import io.haori.analysis.payback.Payback;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.LabelForecast;
import io.haori.training.choice.MethodRule;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.Writing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out before anything is trained.
 *
 * @param summary what is in the data
 * @param probe answers of a classifier on the frozen base's vectors to rows that were held out
 * @param forecasts what more labels would give
 * @param first what to try first
 * @param rule what the rule learnt from the project's results names; null where it does not know
 * @param nearest modules of a registry, the nearest first
 * @param ground what the texts are, what methods take here and what corpora are to the rows
 * @param money whether it pays, null where no costs were given
 */
record Advice(
    DataSummary summary,
    HeldOutProbe probe,
    List<LabelForecast.Forecast> forecasts,
    First first,
    MethodRule.@Nullable Named rule,
    List<NearestModules.Near> nearest,
    Ground ground,
    @Nullable Money money) {
  /**
   * What to try first.
   *
   * @param method of {@code tune}, or {@code from} for a start from the nearest module
   * @param reason why
   * @param seconds that it takes at most, by a measured pass over the rows
   */
  record First(String method, String reason, double seconds) {}

  /**
   * What was measured besides.
   *
   * @param writing in which the texts are; null for pictures
   * @param estimates time and memory of each method
   * @param corpora texts without labels
   */
  record Ground(
      @Nullable Writing writing, List<MethodEstimate> estimates, List<CorpusLook> corpora) {
    Ground {
      estimates = List.copyOf(estimates);
      corpora = List.copyOf(corpora);
    }
  }

  /**
   * Whether it pays.
   *
   * @param costs of the company
   * @param handOver which texts go to a person
   * @param payback whether and when it has paid for itself
   */
  record Money(Costs costs, HandOver handOver, Payback payback) {}

  /** Whether the rows are pictures. */
  boolean ofPictures() {
    return ground.writing() == null;
  }

  Advice {
    forecasts = List.copyOf(forecasts);
    nearest = List.copyOf(nearest);
  }
}
