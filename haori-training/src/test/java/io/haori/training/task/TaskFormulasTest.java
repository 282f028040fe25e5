package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tasks of several answers a row learn by, and what rows add to their main scores. */
class TaskFormulasTest {
  private static final int PLACES = 5;
  private static final int OUTPUTS = 3;
  private static final float STEP = 1e-2f;

  @TempDir Path temporary;

  private static Task task(String name) {
    return TaskCatalogue.find(name).orElseThrow();
  }

  private static double[][] targets(String name) {
    return name.equals("tagging")
        ? new double[][] {{2}, {0}, {1}, {1}, {0}}
        : new double[][] {{1, 0, 1}, {0, 0, 0}, {1, 1, 1}, {0, 1, 0}, {0, 0, 1}};
  }

  private static float[] randomScores() {
    SplittableRandom random = new SplittableRandom(3);
    float[] scores = new float[PLACES * OUTPUTS];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) random.nextDouble(-3, 3);
    }
    return scores;
  }

  private static double loss(Task task, float[] scores, double[][] targets) {
    try (Scope scope = Scope.open()) {
      return task.lossSum(Tensors.of(scores, PLACES, OUTPUTS), targets, TargetScale.NONE).item();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi-label", "tagging"})
  void theGradientOfTheLossIsThatOfFiniteDifferences(String name) {
    Task task = task(name);
    float[] at = randomScores();
    double[][] targets = targets(name);
    try (Scope scope = Scope.open();
        Parameter scores = new Parameter("scores", Tensors.of(at, PLACES, OUTPUTS));
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable loss =
          Differentiated.apply(
              tape,
              List.of(),
              List.of(scores),
              in -> task.lossSum(in.get(0), targets, TargetScale.NONE));
      loss.accumulate(Tensors.full(1, DType.F32, loss.value().shape()));
      tape.backwardFromGradients();
      float[] gradient = scores.gradient().toFloats();
      for (int i = 0; i < at.length; i++) {
        float[] above = at.clone();
        float[] below = at.clone();
        above[i] += STEP;
        below[i] -= STEP;
        double difference =
            (loss(task, above, targets) - loss(task, below, targets)) / (above[i] - below[i]);
        assertThat((double) gradient[i]).isCloseTo(difference, within(3e-4));
        assertThat(Math.abs(gradient[i])).isGreaterThan(1e-3f);
      }
    }
  }

  /** The loss of stored answers is the one that was learnt by. */
  @ParameterizedTest
  @ValueSource(strings = {"multi-label", "tagging"})
  void theLossOfAnswersIsThatOfTheScores(String name) {
    Task task = task(name);
    double[][] targets = targets(name);
    try (Scope scope = Scope.open()) {
      double[][] answers =
          task.answers(Tensors.of(randomScores(), PLACES, OUTPUTS), TargetScale.NONE);
      double sum = 0;
      for (int place = 0; place < PLACES; place++) {
        sum += task.loss(targets[place], answers[place]);
      }
      assertThat(sum).isCloseTo(loss(task, randomScores(), targets), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi-label", "tagging"})
  void theSharesOfTheRowsMakeTheMainScore(String name) throws IOException {
    String rows =
        name.equals("tagging")
            ? """
              {"tokens": ["Anna", "Berg", "in", "Oslo"], "tags": ["B-P", "I-P", "O", "B-L"]}
              {"tokens": ["see", "Oslo"], "tags": ["O", "B-L"]}
              {"tokens": ["no", "one"], "tags": ["O", "O"]}
              {"tokens": ["Ben", "Cole", "left"], "tags": ["B-P", "I-P", "O"]}
              """
            : """
              {"text": "w", "labels": ["a", "b"]}
              {"text": "x", "labels": []}
              {"text": "y", "labels": ["c"]}
              {"text": "z", "labels": ["a", "b", "c"]}
              """;
    for (Split split : Split.values()) {
      Files.writeString(temporary.resolve(split.fileName() + ".jsonl"), rows);
    }
    Dataset data = Dataset.read(temporary);
    Task task = data.labels().task();
    Targets targets = Targets.of(data.test().rows(), data.labels());
    int outputs = data.labels().outputs(0);
    SplittableRandom random = new SplittableRandom(5);
    int scored = 0;
    for (int draw = 0; draw < 40; draw++) {
      double[][] answers = new double[4][];
      for (int row = 0; row < answers.length; row++) {
        int positions = name.equals("tagging") ? targets.of(row).length : 1;
        answers[row] = random.doubles((long) positions * outputs).toArray();
      }
      AnsweredRows answered = new AnsweredRows(data.labels(), targets, answers);
      double[][] shares = task.shares(answered).orElseThrow();
      double score = Arrays.stream(shares[0]).sum() / Arrays.stream(shares[1]).sum();
      assertThat(score)
          .isCloseTo(task.scores(answered).byName().get(task.mainScore()), within(1e-12));
      scored += score > 0 && score < 1 ? 1 : 0;
    }
    assertThat(scored).isGreaterThan(10);
  }
}
