package io.haori.training.pretrain;

import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Tape;
import io.haori.training.sidebyside.DomainPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A domain's held-out rows with the chance in them drawn once, so that losses before and after
 * training are of the same questions.
 */
final class HeldOut {
  private final Objective objective;
  private final PretrainSettings settings;
  private final List<Part> parts = new ArrayList<>();

  /** What its loss weighs is the number of places to predict, or of texts. */
  private record Part(DomainBatch batch, int weight) {}

  /**
   * Draws the chance.
   *
   * @param mostTokens that go through the base at once; a batch that cannot be cut may have more
   */
  HeldOut(
      Objective objective,
      TokenizedRows rows,
      PretrainSettings settings,
      long seed,
      long mostTokens) {
    this.objective = objective;
    this.settings = settings;
    int size = DomainPlan.evenSize(rows.size(), settings.batchSize());
    List<int[]> plan = BatchPlan.evaluation(rows.lengths(), size).batches();
    for (int i = 0; i < plan.size(); i++) {
      DomainBatch batch = objective.batch(rows, plan.get(i), Seeds.of(seed, Purpose.HELD_OUT, i));
      for (DomainBatch chunk : objective.chunks(batch, mostTokens)) {
        parts.add(new Part(chunk, objective.vectors(chunk)));
      }
    }
  }

  /** Mean loss over all places to predict, or over all texts. */
  double loss(Adaptation adaptation) {
    double sum = 0;
    long weights = 0;
    for (Part part : parts) {
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(settings.precision())) {
        sum += part.weight() * objective.losses(tape, List.of(part.batch()), adaptation)[0];
        weights += part.weight();
      }
    }
    return sum / Math.max(1, weights);
  }
}
