package io.haori.adapter.spi;

import io.haori.core.check.Check;
import java.util.List;
import java.util.Set;

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

  /**
   * Two levels on two parts of the training rows: the lower one moves most parameters on the inner
   * part, the upper one moves the others so that what the lower one does next serves the outer
   * part. In a last phase the upper parameters stay and the lower ones learn from all rows. Heads
   * belong to the lower level. The method's own config checks the bounds.
   *
   * @param upperTensors which of a layer's tensors the upper level moves; a parameter is called as
   *     its slot, a dot and the tensor
   * @param outerShare share of the training rows that is the outer part; in (0, 1)
   * @param unroll steps of the lower level for each of the upper one; at least 1
   * @param hypergradient how the upper level looks ahead
   * @param upperRateFactor the upper level's learning rate over the run's; above 0
   * @param lastEpochs most epochs of the last phase; 0 for no such phase
   * @param lastRateFactor the last phase's learning rate over the run's; above 0
   * @param lastStart where the lower parameters begin in it
   */
  record BiLevel(
      Set<String> upperTensors,
      double outerShare,
      int unroll,
      Hypergradient hypergradient,
      double upperRateFactor,
      int lastEpochs,
      double lastRateFactor,
      LastStart lastStart)
      implements TrainingStrategy {
    /** Copies the set. */
    public BiLevel {
      upperTensors = Set.copyOf(upperTensors);
    }

    /** Whether the upper level moves a parameter. */
    public boolean isUpper(String parameter) {
      return upperTensors.stream().anyMatch(tensor -> parameter.endsWith("." + tensor));
    }
  }
}
