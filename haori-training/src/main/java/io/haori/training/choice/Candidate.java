package io.haori.training.choice;

import io.haori.inference.model.TextBase;
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
 * @param suits where it is tried
 */
public record Candidate(
    String name, TuneSettings settings, @Nullable StoredStart start, boolean usual, Suits suits) {
  /** A way that starts from nothing and has to be better than the usual ones. */
  public Candidate(String name, TuneSettings settings) {
    this(name, settings, null, false);
  }

  /** A way that is tried everywhere. */
  public Candidate(String name, TuneSettings settings, @Nullable StoredStart start, boolean usual) {
    this(name, settings, start, usual, Suits.EVERYTHING);
  }

  /** The same as a usual way. */
  public Candidate asUsual() {
    return new Candidate(name, settings, start, true, suits);
  }

  /** The same, tried where it suits. */
  public Candidate where(Suits newSuits) {
    return new Candidate(name, settings, start, usual, newSuits);
  }

  /** Whether anything below the heads is trained, which is what takes time. */
  boolean trains(TextBase base) {
    boolean moves =
        settings.method().trainsBase()
            || !settings.method().slots(base.backbone().slots()).isEmpty();
    return moves && (start == null || !start.fixed());
  }

  /** Whether it is a probe on the base's own vectors, which says what they hold. */
  boolean probesBase(TextBase base) {
    return start == null && !trains(base);
  }
}
