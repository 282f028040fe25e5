package io.haori.inference.local;

import static io.haori.core.check.Check.require;

import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Prediction;
import java.util.List;

/** A model in this process. Owns nothing: the model must stay open. */
public final class LocalClassifier implements Classifier {
  private final TextModel model;
  private final String name;

  /**
   * A classifier.
   *
   * @param model not a tagger
   * @param name of it, for logs
   */
  public LocalClassifier(TextModel model, String name) {
    require(
        !model.heads().labels().task().readsWords(),
        "model",
        "a classifier or a regression",
        name + ", a module for " + model.heads().labels().task().name());
    this.model = model;
    this.name = name;
  }

  @Override
  public List<Classification> classify(List<String> texts) {
    return model.predict(texts).stream().map(LocalClassifier::classification).toList();
  }

  private static Classification classification(Prediction prediction) {
    return new Classification(
        prediction.label(),
        prediction.probability(),
        prediction.probabilities(),
        prediction.value(),
        prediction.labels());
  }

  @Override
  public String name() {
    return name;
  }
}
