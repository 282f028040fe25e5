package io.haori.training.loop;

import static io.haori.core.check.Check.require;

import io.haori.core.json.SettingsReader;
import java.util.Map;

/**
 * Which epoch's parameters training ends with: those of the best validation.
 *
 * @param metric what is compared, as {@link TrainingTask#validate()} names it
 * @param greaterIsBetter true for accuracies, false for losses
 * @param patience epochs without a better one after which training stops; 0 never stops early
 */
public record Selection(String metric, boolean greaterIsBetter, int patience) {
  /** Checks the bound. */
  public Selection {
    require(patience >= 0, "training.patience", "at least 0", patience);
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run
   * @param otherwise what is not given
   */
  public static Selection read(SettingsReader settings, Selection otherwise) {
    SettingsReader training = settings.within("training");
    return new Selection(
        training.text("metric", otherwise.metric),
        training.flag("greaterIsBetter", otherwise.greaterIsBetter),
        training.whole("patience", otherwise.patience));
  }

  /** All choices by name. */
  public Map<String, Object> byName() {
    return Map.of(
        "training.metric", metric,
        "training.greaterIsBetter", greaterIsBetter,
        "training.patience", patience);
  }

  /** The same but for the patience. */
  public Selection withPatience(int newPatience) {
    return new Selection(metric, greaterIsBetter, newPatience);
  }

  /** Whether a value beats the best one so far; NaN beats nothing and is beaten by any number. */
  public boolean isBetter(double value, double best) {
    if (Double.isNaN(value) || Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    return greaterIsBetter ? value > best : value < best;
  }
}
