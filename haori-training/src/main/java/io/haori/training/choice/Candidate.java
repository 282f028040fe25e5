package io.haori.training.choice;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
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
 * @param after name of the way that trains nothing but says whether this one is worth its time: of
 *     ways that have one, only those few are trained whose own is best; null for none
 */
public record Candidate(
    String name,
    TuneSettings settings,
    @Nullable StoredStart start,
    boolean usual,
    Suits suits,
    @Nullable String after) {
  /** A way that starts from nothing and has to be better than the usual ones. */
  public Candidate(String name, TuneSettings settings) {
    this(name, settings, null, false);
  }

  /** A way that is tried everywhere. */
  public Candidate(String name, TuneSettings settings, @Nullable StoredStart start, boolean usual) {
    this(name, settings, start, usual, Suits.EVERYTHING, null);
  }

  /** The same, with texts read in another way. */
  Candidate withText(TextOptions text) {
    return withSettings(settings.withText(text));
  }

  /** The same with other settings. */
  Candidate withSettings(TuneSettings newSettings) {
    return new Candidate(name, newSettings, start, usual, suits, after);
  }

  /** The same as a usual way. */
  public Candidate asUsual() {
    return new Candidate(name, settings, start, true, suits, after);
  }

  /** The same, tried where it suits. */
  public Candidate where(Suits newSuits) {
    return new Candidate(name, settings, start, usual, newSuits, after);
  }

  /** The same, trained only where the way of that name is among the best of its kind. */
  public Candidate after(String way) {
    return new Candidate(name, settings, start, usual, suits, way);
  }

  /** Whether anything below the heads is trained, which is what takes time. */
  boolean trains(TextBase base) {
    AdapterMethod method = settings.method();
    boolean moves =
        method.trainsBase()
            || (method.learns() && !method.slots(base.backbone().slots()).isEmpty());
    return moves && (start == null || !start.fixed());
  }

  /** Whether modules as they are give it its vectors. */
  boolean readsModules() {
    return start == null && !settings.method().learns();
  }

  /** Whether it is a probe on the base's own vectors, which says what they hold. */
  boolean probesBase(TextBase base) {
    return start == null && !readsModules() && !trains(base);
  }
}
