package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassWeightsTest {
  @TempDir Path folder;

  @Test
  void aClassWeighsTheMoreTheRarerItIs() {
    Targets targets =
        Targets.ofClasses(new int[] {0, 0, 0, 0, 1, 1}, new int[] {0, 0, 0, 1, 0, 1}, List.of());

    assertThat(ClassWeights.balanced(targets)).containsExactly(4 / 6.0, 4 / 6.0, 4 / 6.0, 2, 1, 1);
  }

  @Test
  void aRareClassIsAnsweredMoreOften() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      boolean rare = i % 10 == 0;
      // Both classes have both words, which say little.
      rows.add(Row.of((i % 3 == 0 ? "a soup " : "an oak ") + i, rare ? "defect" : "ok"));
    }
    Dataset data = Dataset.of(rows).split(1);
    String place = TinyBase.folder(folder).toString();
    try (TextBase base = TextBase.open(place, DType.F32, FetchListener.SILENT)) {
      assertThat(defects(base, data, TuneLoss.BALANCED))
          .isGreaterThan(defects(base, data, TuneLoss.TASK));
    }
  }

  @Test
  void refusesNumbers() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(Row.of("a soup " + i, i));
    }
    Dataset data = Dataset.of(rows).split(1);
    String place = TinyBase.folder(folder).toString();
    try (TextBase base = TextBase.open(place, DType.F32, FetchListener.SILENT)) {
      assertThatThrownBy(() -> defects(base, data, TuneLoss.BALANCED))
          .isInstanceOf(UserError.class)
          .hasMessage("training.loss must be task for the task regression, got balanced");
    }
  }

  /** The mean probability of a defect. */
  private static double defects(TextBase base, Dataset data, TuneLoss loss) {
    TuneSettings settings =
        TuneSettings.builder("lora").epochs(6).learningRate(1e-3).loss(loss).maxLength(16).build();
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      DataFile test = data.test();
      double sum = 0;
      for (float[] answer : Predictions.of(tuned.model(), test).answers()) {
        sum += answer[0];
      }
      return sum / test.rows().size();
    }
  }
}
