package io.haori.training.comparison;

import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextOptions;
import io.haori.training.task.TuneSettings;

/**
 * A method that takes part.
 *
 * @param name in tables; unique in a comparison
 * @param settings of its runs; their seed is replaced
 */
public record ComparedMethod(String name, TuneSettings settings) {
  /** How texts are read, which is the same for all that are compared, however the base is kept. */
  TextOptions reading() {
    return settings.text().withBase(BaseOptions.DEFAULT);
  }
}
