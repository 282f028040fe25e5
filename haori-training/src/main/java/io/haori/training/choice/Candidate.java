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
 */
public record Candidate(String name, TuneSettings settings, @Nullable StoredStart start) {
  /** A way that starts from nothing. */
  public Candidate(String name, TuneSettings settings) {
    this(name, settings, null);
  }
}
