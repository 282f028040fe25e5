package io.haori.benchmarks.quality;

import io.haori.adapter.domix.MixedModule;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.training.data.TokenizedDataset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How well modules suit a task before anything is tuned: each validation row is given the class
 * whose training rows have the mean vector of the greatest cosine with its own. One pass forward a
 * module and row.
 *
 * @param base the modules' base
 * @param rows a classification task
 * @param text how texts are read
 */
record NearestMeans(TextBase base, TokenizedDataset rows, TextOptions text) {
  /** The share of validation rows answered rightly, by module. */
  Map<String, Double> rightShares(List<MixedModule> modules) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (MixedModule module : modules) {
      shares.put(module.name(), rightShare(module.module()));
    }
    return shares;
  }

  private double rightShare(Adaptation adaptation) {
    List<float[]> known = vectors(rows.train(), adaptation);
    List<Row> train = rows.data().train().rows();
    Map<String, float[]> sums = new LinkedHashMap<>();
    for (int i = 0; i < known.size(); i++) {
      float[] vector = known.get(i);
      float[] sum = sums.computeIfAbsent(label(train.get(i)), any -> new float[vector.length]);
      for (int k = 0; k < sum.length; k++) {
        sum[k] += vector[k];
      }
    }
    List<float[]> asked = vectors(rows.validation(), adaptation);
    List<Row> validation = rows.data().validation().rows();
    int right = 0;
    for (int i = 0; i < asked.size(); i++) {
      String nearest = "";
      double most = Double.NEGATIVE_INFINITY;
      for (Map.Entry<String, float[]> one : sums.entrySet()) {
        double cosine = cosine(one.getValue(), asked.get(i));
        if (cosine > most) {
          most = cosine;
          nearest = one.getKey();
        }
      }
      right += nearest.equals(label(validation.get(i))) ? 1 : 0;
    }
    return (double) right / asked.size();
  }

  private static String label(Row row) {
    return String.valueOf(row.label());
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int k = 0; k < one.length; k++) {
      product += (double) one[k] * other[k];
      first += (double) one[k] * one[k];
      second += (double) other[k] * other[k];
    }
    return product / Math.sqrt(first * second);
  }

  private List<float[]> vectors(TokenizedRows tokens, Adaptation adaptation) {
    try (Scope scope = Scope.open()) {
      float[] flat = TextVectors.of(base, adaptation, text, tokens).toFloats();
      int width = flat.length / tokens.size();
      return IntStream.range(0, tokens.size())
          .mapToObj(row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width))
          .toList();
    }
  }
}
