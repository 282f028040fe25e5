package io.haori.training.baseline;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.training.task.TuneSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The usual other ways of fitting a task, beside which a new one must show what it gains. */
public final class Baselines {
  private Baselines() {}

  /** The task's head alone on the frozen base. */
  public static AdapterMethod frozen() {
    return MethodCatalogue.create("frozen", Map.of());
  }

  /** LoRA with its defaults, which is what is fitted when nothing else is chosen. */
  public static AdapterMethod lora() {
    return MethodCatalogue.create("lora", Map.of());
  }

  /**
   * Settings at the usual learning rates of their method. The run's length, batches and texts stay;
   * rates that were chosen for another method are replaced.
   *
   * @param settings as chosen for another method's run
   */
  public static TuneSettings atOwnRates(TuneSettings settings) {
    AdapterMethod method = settings.method();
    return settings
        .withLearningRate(method.usualLearningRate())
        .withHeadLearningRateRatio(method.usualHeadLearningRateRatio());
  }

  /**
   * Fits several ways and keeps the one that is best on the validation rows; the test rows do not
   * choose. Of equal ones the first is kept.
   *
   * @param fitter of the task
   * @param ways methods by name, at least one, in the order in which they are fitted
   * @return null when it was stopped
   * @throws io.haori.core.check.UserError when training diverges or the settings do not fit
   */
  public static @Nullable TaskFit bestOnValidation(
      TaskFitter fitter, Map<String, AdapterMethod> ways) {
    TaskFit best = null;
    for (Map.Entry<String, AdapterMethod> way : ways.entrySet()) {
      TaskFit fit = fitter.fit(way.getKey(), way.getValue());
      if (fit == null) {
        return null;
      }
      if (best == null || fit.validationScore() > best.validationScore()) {
        best = fit;
      }
    }
    return best;
  }
}
