package io.haori.training.pretrain;

import io.haori.model.transformer.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.training.data.BatchPlan;
import io.haori.training.data.TokenizedRows;
import io.haori.training.sidebyside.DomainPlan;
import io.haori.training.sidebyside.Seeds;
import java.util.ArrayList;
import java.util.List;

/**
 * A domain's held-out rows with the chance in them drawn once, so that losses before and after
 * training are of the same questions.
 */
final class HeldOut {
  private static final int CHANCE = 7;

  private final Objective objective;
  private final PretrainSettings settings;
  private final List<DomainBatch> batches = new ArrayList<>();

  HeldOut(Objective objective, TokenizedRows rows, PretrainSettings settings, long seed) {
    this.objective = objective;
    this.settings = settings;
    int size = DomainPlan.evenSize(rows.size(), settings.batchSize());
    for (int[] index : BatchPlan.evaluation(rows.lengths(), size).batches()) {
      batches.add(objective.batch(rows, index, Seeds.of(seed, CHANCE, batches.size())));
    }
  }

  /** Mean loss over the batches, weighted by their rows. */
  double loss(Adaptation adaptation) {
    double sum = 0;
    long rows = 0;
    for (DomainBatch batch : batches) {
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(settings.precision())) {
        sum += batch.tokens().rows() * objective.losses(tape, List.of(batch), adaptation)[0];
        rows += batch.tokens().rows();
      }
    }
    return sum / rows;
  }
}
