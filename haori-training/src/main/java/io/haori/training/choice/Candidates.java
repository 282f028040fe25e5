package io.haori.training.choice;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import java.util.List;
import java.util.Map;

/**
 * The ways that are compared where no method was chosen. Which one is best depends on whether the
 * base's vectors hold the subject already: where they do, a probe or a module that starts from it
 * is ahead; where they do not, a module that starts from nothing or that moves the vectors by their
 * classes.
 */
public final class Candidates {
  /** The rate at which a contrastive loss moves a module, over the method's usual rate. */
  private static final double CONTRASTIVE_RATE_RATIO = 0.6;

  private Candidates() {}

  /**
   * The usual ways, the cheapest first.
   *
   * @param basis settings of the module's fit; a learning rate other than the method's usual one
   *     was chosen and is kept
   */
  public static List<Candidate> of(TuneSettings basis) {
    AdapterMethod frozen = MethodCatalogue.create("frozen", Map.of());
    TuneSettings head =
        TuneSettings.of(frozen).withText(basis.text()).withSeed(basis.loop().seed());
    String name = basis.method().name();
    double usual = basis.method().usualLearningRate();
    boolean chosen = basis.loop().optimizer().learningRate() != usual;
    TuneSettings contrastive = basis.withLoss(TuneLoss.CONTRASTIVE);
    return List.of(
        new Candidate("probe", head.withHeadStart(HeadStart.PROBE)),
        new Candidate(name + " from the probe", basis.withHeadStart(HeadStart.PROBE)),
        new Candidate(name, basis.withHeadStart(HeadStart.RANDOM)),
        new Candidate(
            name + " contrastive",
            chosen ? contrastive : contrastive.withLearningRate(usual * CONTRASTIVE_RATE_RATIO)));
  }
}
