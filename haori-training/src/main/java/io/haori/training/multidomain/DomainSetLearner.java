package io.haori.training.multidomain;

import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.Split;
import java.util.List;
import java.util.Map;

/** Trains models of one or several domains, and keeps what they say of these domains' rows. */
public interface DomainSetLearner {
  /** What is learnt. */
  Domains domains();

  /**
   * A model that is wanted.
   *
   * @param domains indices of what it learns, no one twice
   * @param wanted with its seed
   */
  PlannedDomainSet plan(List<Integer> domains, DomainSetSettings wanted);

  /**
   * Trains what was not trained before.
   *
   * @param wanted of this learner's plans; the same one may be asked for several times
   * @return by plan's digest; fewer than wanted when it was stopped
   */
  Map<String, FinishedDomainSet> run(List<PlannedDomainSet> wanted);

  /** Reports progress to this listener. */
  DomainSetLearner listener(ComparisonListener listener);

  /**
   * Losses of a domain's rows in a finished model that writes.
   *
   * @param model that {@link #run} gave
   * @param domain of the model
   * @param split validation or test
   * @return {@code [rows]} mean over a row's predicted tokens, in nats
   * @throws UnsupportedOperationException when the models do not write
   */
  default double[] losses(FinishedDomainSet model, String domain, Split split) {
    throw new UnsupportedOperationException("models that answer with labels have no losses here");
  }
}
