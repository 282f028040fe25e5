package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.inference.tokens.TokenBatch;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Tape;
import io.haori.training.sidebyside.PassPlan;
import java.util.ArrayList;
import java.util.List;

/** Domains that take their steps together; one thread at a time works on a group. */
final class DomainGroup {
  private final PretrainSettings settings;
  private final Objective objective;
  private final List<LearningDomain> domains;
  private final long mostTokens;
  private int rounds;

  /**
   * Groups domains.
   *
   * @param domains at least one
   * @param mostTokens that go through the base at once; a batch that cannot be cut may have more
   */
  DomainGroup(
      PretrainSettings settings,
      Objective objective,
      List<LearningDomain> domains,
      long mostTokens) {
    this.settings = settings;
    this.objective = objective;
    this.domains = domains;
    this.mostTokens = mostTokens;
  }

  /**
   * What a step was.
   *
   * @param names of the domains that learnt
   * @param loss mean over all places to predict, or texts, of their batches
   * @param tokens of text, each text once
   * @param finished domains whose last step it was
   */
  record Step(List<String> names, double loss, long tokens, List<LearningDomain> finished) {}

  /** Domains that still learn. */
  List<LearningDomain> active() {
    return domains.stream().filter(domain -> !domain.run().isDone()).toList();
  }

  /** Tokens that the base will yet read for this group. */
  long tokensLeft() {
    return domains.stream().mapToLong(domain -> domain.run().tokensLeft()).sum();
  }

  /** One step of every domain that still learns; now and then their checkpoints are written. */
  Step step() {
    List<LearningDomain> active = active();
    List<DomainBatch> batches = active.stream().map(domain -> domain.run().begin()).toList();
    double[] losses = losses(active, batches);
    List<String> names = new ArrayList<>();
    List<LearningDomain> finished = new ArrayList<>();
    double sum = 0;
    long weights = 0;
    for (int i = 0; i < losses.length; i++) {
      DomainRun run = active.get(i).run();
      int weight = objective.vectors(batches.get(i));
      run.end(losses[i], weight);
      sum += weight * losses[i];
      weights += weight;
      names.add(run.name());
      if (run.isDone()) {
        finished.add(active.get(i));
      }
    }
    rounds++;
    if (rounds % settings.checkpointEverySteps() == 0) {
      active().forEach(domain -> domain.run().save());
    }
    long tokens = batches.stream().mapToLong(DomainBatch::counted).sum();
    return new Step(names, sum / Math.max(1, weights), tokens, finished);
  }

  /** Small batches go through the base together, one that is large for it in chunks. */
  private double[] losses(List<LearningDomain> active, List<DomainBatch> batches) {
    List<AdapterModule> modules = active.stream().map(domain -> domain.run().module()).toList();
    double[] losses = new double[batches.size()];
    List<Integer> whole = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      List<DomainBatch> chunks = objective.chunks(batches.get(i), mostTokens);
      if (chunks.size() == 1) {
        whole.add(i);
        continue;
      }
      for (int at = 0; at < chunks.size(); at++) {
        DomainBatch chunk = chunks.get(at);
        long seed = Seeds.of(active.get(i).run().stepSeed(), Purpose.DROPOUT, at);
        losses[i] += chunk.share() * pass(seed, List.of(modules.get(i)), List.of(chunk))[0];
      }
    }
    List<TokenBatch> tokens = whole.stream().map(i -> batches.get(i).tokens()).toList();
    for (List<Integer> places : PassPlan.of(tokens, mostTokens)) {
      List<Integer> part = places.stream().map(whole::get).toList();
      double[] some =
          pass(
              active.get(part.get(0)).run().stepSeed(),
              part.stream().map(modules::get).toList(),
              part.stream().map(batches::get).toList());
      for (int i = 0; i < some.length; i++) {
        losses[part.get(i)] = some[i];
      }
    }
    return losses;
  }

  private double[] pass(long seed, List<AdapterModule> modules, List<DomainBatch> batches) {
    Routing routing =
        new Routing(
            batches.stream().map(objective::vectors).toList(),
            batches.stream().map(batch -> batch.tokens().tokens()).toList());
    Adaptation adaptation = AdapterModule.routed(modules, routing);
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(settings.precision(), seed)) {
      return objective.losses(tape, batches, adaptation);
    }
  }
}
