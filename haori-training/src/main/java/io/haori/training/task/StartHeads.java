package io.haori.training.task;

import io.haori.inference.model.Heads;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.training.data.group.RowGroups;
import io.haori.training.frozen.KeptStates;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts logistic regressions on the training rows' vectors into the heads of a model. */
final class StartHeads {
  private final Heads heads;
  private final List<Row> rows;
  private final Targets targets;
  private final KeptStates states;
  private final @Nullable FrozenVectors frozen;
  private final long seed;
  private int @Nullable [] groups;

  /**
   * Of a model.
   *
   * @param heads that are changed
   * @param rows the training rows
   * @param targets of these
   * @param states what the heads read
   * @param frozen what the untrained model gives for the rows; null where nobody knows
   * @param seed of the run
   */
  StartHeads(
      Heads heads,
      List<Row> rows,
      Targets targets,
      KeptStates states,
      @Nullable FrozenVectors frozen,
      long seed) {
    this.heads = heads;
    this.rows = rows;
    this.targets = targets;
    this.states = states;
    this.frozen = frozen;
    this.seed = Seeds.of(seed, Purpose.PARTS);
  }

  /**
   * On the vectors as they are before training.
   *
   * @param start says which are taken
   */
  void beforeTraining(HeadStart start) {
    FrozenVectors known = frozen;
    if (known == null) {
      asTheyAre(start);
      return;
    }
    try (Scope scope = Scope.open()) {
      ProbeHeads.fit(
          heads,
          states.isWhole() ? states.training() : known.states(rows),
          targets,
          groups(),
          seed,
          start,
          (some, head, fit) ->
              known.probe(IntStream.of(some).mapToObj(rows::get).toList(), head, seed, fit));
    }
  }

  /**
   * On the vectors as they are now.
   *
   * @param start says which are taken
   */
  void asTheyAre(HeadStart start) {
    try (Scope scope = Scope.open()) {
      ProbeHeads.fit(
          heads, states.training(), targets, groups(), seed, start, ProbeHeads.Fitter.NEW);
    }
  }

  /**
   * The same, near the heads of the stored model that this one has its module from.
   *
   * @param stored its heads
   */
  void near(Heads stored) {
    FrozenVectors known = frozen;
    try (Scope scope = Scope.open()) {
      Tensor vectors = known == null ? states.training() : known.states(rows);
      ProbeHeads.fitNear(heads, stored, vectors, targets, groups(), seed);
    }
  }

  private int[] groups() {
    int[] known = groups;
    if (known == null) {
      known = RowGroups.of(rows).ofRows();
      groups = known;
    }
    return known;
  }
}
