package io.haori.training.unlabelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlabelledTest {
  private static final TextOptions TEXT = new TextOptions(Pooling.AUTO, 16, DType.F32);

  @TempDir Path temporary;

  private static Row row(String text) {
    return new Row(text, null, null, null, 1);
  }

  @Test
  void theFirstTextIsTheMostUncertainAndTheNextOneIsFarFromIt() {
    float[][] vectors = {{1, 0}, {0.99f, 0.14f}, {0, 1}, {0.7f, 0.71f}};
    double[] uncertainty = {0.9, 0.85, 0.5, 0.4};
    List<LabelOrder.Pick> picks =
        LabelOrder.of(vectors, uncertainty, List.of("a", "a", "b", "b"), 3);
    assertThat(picks).extracting(LabelOrder.Pick::row).containsExactly(0, 2, 3);
    assertThat(picks.get(0).distance()).isEqualTo(1);
    assertThat(picks.get(1).distance()).isEqualTo(1);
    assertThat(picks.get(1).guess()).isEqualTo("b");
    assertThat(picks.get(2).distance()).isCloseTo(1 - 0.71, within(1e-6));
    assertThat(LabelOrder.of(vectors, uncertainty, List.of("a", "a", "b", "b"), 9)).hasSize(4);
  }

  @Test
  void aTextOfTheWordsOfADescriptionGetsItsLabel() {
    List<Row> corpus =
        List.of(row("wordba wordbb"), row("wordca wordcb"), row("wordba wordcb wordda"));
    Map<String, String> labels =
        Map.of("leak", "wordba wordbb wordbc", "wear_out", "wordca wordcb wordcc");
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TextModel model = LabelPrototypes.model(base, TEXT, labels, corpus)) {
      List<Prediction> answers =
          model.predict(List.of("wordba wordbb wordbc", "wordca wordcb wordcc"));
      assertThat(answers).extracting(Prediction::label).containsExactly("leak", "wear_out");
      assertThat(base.backbone().pooledForComparison()).isEqualTo(Pooling.MEAN);
      assertThat(model.options().pooling()).isEqualTo(Pooling.MEAN);
      // Score of a label for its own words: 20 · u · (v/s − μ), with μ and s of the corpus.
      float[] own = model.embed("wordba wordbb wordbc");
      double[] mean = new double[own.length];
      double length = 0;
      for (float[] vector : model.embed(corpus.stream().map(Row::text).toList())) {
        double norm = norm(vector);
        length += norm / 3;
        for (int i = 0; i < mean.length; i++) {
          mean[i] += vector[i] / norm / 3;
        }
      }
      double[] score = new double[2];
      List<String> words = List.of("wordba wordbb wordbc", "wordca wordcb wordcc");
      for (int k = 0; k < 2; k++) {
        float[] label = model.embed(words.get(k));
        for (int i = 0; i < own.length; i++) {
          score[k] += 20 * label[i] / norm(label) * (own[i] / length - mean[i]);
        }
      }
      double expected = 1 / (1 + Math.exp(score[1] - score[0]));
      assertThat(answers.get(0).probability()).isCloseTo(expected, within(1e-4));
      assertThat(LabelOrder.of(model, corpus, 2)).hasSize(2);
    }
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    return Math.sqrt(sum);
  }

  @Test
  void boundsAreNamed() {
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      Map<String, String> two = Map.of("a", "a", "b", "b");
      assertThatThrownBy(
              () -> LabelPrototypes.model(base, TEXT, Map.of("a", "a"), List.of(row("x"))))
          .isInstanceOf(UserError.class)
          .hasMessage("labels must name at least 2 labels, got 1");
      assertThatThrownBy(() -> LabelPrototypes.model(base, TEXT, two, List.of()))
          .isInstanceOf(UserError.class)
          .hasMessage("data must be at least 1 text, got 0");
    }
  }
}
