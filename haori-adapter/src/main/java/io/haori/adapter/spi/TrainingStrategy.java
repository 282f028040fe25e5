package io.haori.adapter.spi;

import io.haori.check.Check;
import java.util.List;

/** How a method wants its module to be trained; what runs it knows nothing else of the method. */
public sealed interface TrainingStrategy {
  /** One run over all parameters. */
  record Plain() implements TrainingStrategy {}

  /**
   * Stages one after another; one that does not improve validation is undone.
   *
   * @param stages at least one, in their order
   */
  record Progressive(List<Stage> stages) implements TrainingStrategy {
    /** Copies the list. */
    public Progressive {
      stages = List.copyOf(stages);
      Check.require(!stages.isEmpty(), "stages", "at least one", "none");
    }
  }
}
