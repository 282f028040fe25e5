package io.haori.training.task;

import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextModel;
import io.haori.training.data.Dataset;
import io.haori.training.data.RecordedSplit;
import io.haori.training.loop.TrainingResult;
import java.util.Map;
import java.util.Set;

/**
 * What a run gave. Owns the model.
 *
 * @param model with the parameters of the best epoch; those of the last step when interrupted
 * @param training how it went
 * @param validation scores of the model by name; empty when interrupted
 * @param trainable number of trained numbers
 */
public record TunedModel(
    TextModel model, TrainingResult training, Map<String, Double> validation, long trainable)
    implements AutoCloseable {
  private static final String TRAIN_ROWS = "trainRows";

  /** Names of what a {@code haori.json} has among the settings besides them. */
  static final Set<String> FACTS = Set.of(RecordedSplit.SETTING, TRAIN_ROWS);

  /**
   * How the model came to be, to be written beside it.
   *
   * @param data what it was fitted to
   * @param settings what was chosen
   * @param test scores on the test rows by name; empty when they were not looked at
   */
  public Provenance provenance(Dataset data, TuneSettings settings, Map<String, Double> test) {
    Map<String, Object> chosen = settings.byName();
    if (data.splitBy() != null) {
      chosen.put(RecordedSplit.SETTING, data.splitBy());
    }
    chosen.put(TRAIN_ROWS, data.train().rows().size());
    return new Provenance(
        chosen,
        Map.of(
            "train", data.train().sha256(),
            "validation", data.validation().sha256(),
            "test", data.test().sha256()),
        settings.loop().seed(),
        training.epochs(),
        training.bestEpoch(),
        validation,
        test,
        training.history());
  }

  @Override
  public void close() {
    model.close();
  }
}
