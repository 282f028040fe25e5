package io.haori.training.unlabelled;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.training.augment.LabelNameRows;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model without labelled rows: each label is the vector of its name or description, and a text
 * gets the label that is nearest to it.
 *
 * <pre>{@code
 * u(t) = v(t) / |v(t)|,   μ = mean of u over the corpus,   s = mean of |v| over it
 * score of label k for a text of vector v = 20 · u(label k) · (v / s − μ)
 * }</pre>
 *
 * Without the mean, the direction that all texts of a domain share would decide. The scores are
 * linear in {@code v}, so the model is a frozen base with a head, as {@code tune} makes them.
 * Probabilities are rough: nothing says how sure the model may be.
 */
public final class LabelPrototypes {
  /** What cosines are multiplied with before they become probabilities. */
  private static final double SCALE = 20;

  private LabelPrototypes() {}

  /**
   * The model.
   *
   * @param base stays open
   * @param asked how texts are read; where it leaves the pooling open, the model has the one that
   *     makes vectors to be compared ({@link TextOptions#forComparison})
   * @param descriptions by label, in words that tell the labels apart; at least 2
   * @param corpus texts of the domain without labels, at least one
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when there are too few labels or texts
   */
  public static TextModel model(
      TextBase base, TextOptions asked, Map<String, String> descriptions, List<Row> corpus) {
    if (descriptions.size() < 2) {
      throw new UserError("labels must name at least 2 labels, got " + descriptions.size());
    }
    require(!corpus.isEmpty(), "data", "at least 1 text", 0);
    TextOptions text = asked.forComparison(base);
    LabelSet labels = LabelSet.described(descriptions);
    TextEmbedder embedder = new TextEmbedder(base, Adaptation.NONE, text, false);
    float[][] vectors = embedder.vectors(corpus);
    int width = text.width(base);
    double[] mean = new double[width];
    double length = 0;
    for (float[] vector : vectors) {
      double own = length(vector);
      length += own / vectors.length;
      for (int i = 0; i < width; i++) {
        mean[i] += vector[i] / Math.max(own, 1e-12) / vectors.length;
      }
    }
    List<Row> rows =
        LabelNameRows.texts(labels).stream()
            .map(words -> new Row(words, null, null, null, 1))
            .toList();
    float[][] prototypes = embedder.vectors(rows);
    double[][] weight = new double[prototypes.length][width];
    double[] bias = new double[prototypes.length];
    for (int k = 0; k < prototypes.length; k++) {
      double own = Math.max(length(prototypes[k]), 1e-12);
      for (int i = 0; i < width; i++) {
        weight[k][i] = SCALE * prototypes[k][i] / own;
        bias[k] -= weight[k][i] * mean[i];
      }
    }
    DomainLabels heads = DomainLabels.single(TaskCatalogue.CLASSIFICATION, labels);
    SplittableRandom random = new SplittableRandom(0);
    AdapterModule module =
        AdapterModule.create(
            "task", MethodCatalogue.create("frozen", Map.of()), base.backbone(), random);
    Heads head = Heads.create(heads, width, random);
    head.replace(0, weight, 1 / length, bias);
    return new TextModel(base, module, head, text);
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    return Math.sqrt(sum);
  }
}
