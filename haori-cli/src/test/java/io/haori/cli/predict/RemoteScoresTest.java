package io.haori.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers of a server become numbers that say the same as those of a head. */
final class RemoteScoresTest {
  private static final LabelSet SET = LabelSet.of(List.of("a", "b", "c"));

  private static Prediction again(Task task, LabelSet set, double... answer) {
    return task.prediction(set, RemoteScores.numbers(task, task.prediction(set, answer), set));
  }

  @Test
  void probabilitiesAreInTheOrderOfTheLabels() {
    for (String name : List.of("classification", "multi-label")) {
      Task task = TaskCatalogue.find(name).orElseThrow();
      double[] answer = {0.2, 0.7, 0.6};

      assertThat(RemoteScores.numbers(task, task.prediction(SET, answer), SET)).isEqualTo(answer);
    }
  }

  @Test
  void numbersAreNumbers() {
    Task task = TaskCatalogue.REGRESSION;
    Prediction answer = Prediction.number(-2.25);

    assertThat(RemoteScores.numbers(task, answer, LabelSet.of(List.of()))).containsExactly(-2.25);
  }

  @Test
  void tagsOfWordsComeBackAndThoseOfWordsThatWereCutHaveNoName() {
    Task task = TaskCatalogue.find("tagging").orElseThrow();
    double cut = Double.NaN;

    Prediction answer = again(task, SET, 0.1, 0.8, 0.1, 0.2, 0.3, 0.5, cut, cut, cut);

    assertThat(answer.labels()).containsExactly("b", "c", "");
  }
}
