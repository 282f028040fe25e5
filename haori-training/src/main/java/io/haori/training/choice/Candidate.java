package io.haori.training.choice;

import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import org.jspecify.annotations.Nullable;

/**
 * One way to fit a task.
 *
 * @param name short, as tables show it
 * @param settings of the fit
 * @param start a stored model that it starts from; null for a new one
 * @param usual whether it is taken unless another way is better by more than chance would give
 */
public record Candidate(
    String name, TuneSettings settings, @Nullable StoredStart start, boolean usual) {
  /** A way that starts from nothing and has to be better than the usual ones. */
  public Candidate(String name, TuneSettings settings) {
    this(name, settings, null, false);
  }

  /** The same as a usual way. */
  public Candidate asUsual() {
    return new Candidate(name, settings, start, true);
  }
}
