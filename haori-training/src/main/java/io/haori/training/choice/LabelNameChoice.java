package io.haori.training.choice;

import io.haori.training.augment.LabelNameRows;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.data.Dataset;
import java.util.List;

/**
 * Whether the names of labels are learnt from as rows ({@link LabelNameRows}) where nothing was
 * chosen. Two probes answer the same held-out rows, one of which learns the names, too. Names are
 * learnt unless that probe's log loss is larger by a standard error: labels that are words say what
 * they are, and the loss sees more in few rows than how many of them are right.
 *
 * @param rows of a probe that learns the rows alone
 * @param names of the one that learns the names, too
 */
public record LabelNameChoice(CrossScore rows, CrossScore names) {
  /** Whether there is something to choose for a way. */
  static boolean isOpen(Candidate way, Dataset data) {
    return way.start() == null
        && way.settings().labelNames() == LabelNameUse.AUTO
        && LabelNameRows.arePossible(data);
  }

  /** The same way, learning names. */
  static Candidate learning(Candidate way) {
    return way.withSettings(way.settings().withLabelNames(LabelNameUse.LEARN));
  }

  /** Whether names are learnt from. */
  public boolean learns() {
    return names.standardErrorsOfLossBehind(rows) < 1;
  }

  /** The ways with what was better. */
  List<Candidate> taken(List<Candidate> ways, Dataset data) {
    return learns()
        ? ways.stream().map(way -> isOpen(way, data) ? learning(way) : way).toList()
        : ways;
  }
}
