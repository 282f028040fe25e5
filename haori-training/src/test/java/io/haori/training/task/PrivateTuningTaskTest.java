package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Parameter;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.privacy.NoisySteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateTuningTaskTest {
  private static final int ROWS = 12;

  @TempDir Path temporary;

  private interface Use {
    void of(TuningTask task, TuneSettings settings);
  }

  private void with(Use use) throws IOException {
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      TuneSettings settings =
          TuneSettings.builder("lora")
              .pooling(Pooling.MEAN)
              .precision(DType.F32)
              .maxLength(16)
              .batchSize(ROWS)
              .headStart(HeadStart.RANDOM)
              .build();
      Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), ROWS, false));
      TokenizedDataset rows = TokenizedDataset.of(data, base.reader(), 16);
      try (PreparedFit fit = PreparedFit.of(base, settings, null, null, rows, null)) {
        use.of(fit.task(), settings);
      }
    }
  }

  private static List<float[]> gradients(TuningTask task) {
    List<float[]> gradients = new ArrayList<>();
    task.parameterGroups()
        .forEach(
            group -> {
              for (Parameter parameter : group.parameters()) {
                gradients.add(parameter.gradient().toFloats());
                parameter.gradient().zeroInPlace();
              }
            });
    return gradients;
  }

  private static double norm(List<float[]> gradients) {
    double square = 0;
    for (float[] gradient : gradients) {
      for (float number : gradient) {
        square += (double) number * number;
      }
    }
    return Math.sqrt(square);
  }

  @Test
  void withoutABoundAndNoiseAllRowsGiveTheUsualGradient() throws IOException {
    with(
        (task, settings) -> {
          try (Scope scope = Scope.open()) {
            double loss =
                task.lossAndGradients(
                    0, IntStream.range(0, ROWS).toArray(), task.seed(0, 0), 1, DType.F32);
            List<float[]> usual = gradients(task);

            PrivateTuningTask noisy =
                new PrivateTuningTask(
                    task,
                    settings,
                    ROWS,
                    new NoisySteps(1, 1e-12, 1),
                    1e6,
                    new SplittableRandom(1));

            assertThat(noisy.lossAndGradients(0, 0, 1)).isCloseTo(loss, within(1e-5));
            List<float[]> got = gradients(task);
            for (int i = 0; i < usual.size(); i++) {
              assertThat(got.get(i)).containsExactly(usual.get(i), within(1e-5f));
            }
          }
        });
  }

  @Test
  void aRowGivesNoMoreThanItsBoundAndTheNoiseIsAsLargeAsItSays() throws IOException {
    with(
        (task, settings) -> {
          try (Scope scope = Scope.open()) {
            double clip = 1e-3;
            new PrivateTuningTask(
                    task, settings, ROWS, new NoisySteps(1, 1e-9, 1), clip, new SplittableRandom(1))
                .lossAndGradients(0, 0, 1);
            assertThat(norm(gradients(task))).isBetween(clip / ROWS, clip * 1.0001);

            new PrivateTuningTask(
                    task, settings, ROWS, new NoisySteps(1, 50, 1), clip, new SplittableRandom(1))
                .lossAndGradients(0, 0, 1);
            List<float[]> noisy = gradients(task);
            int count = noisy.stream().mapToInt(gradient -> gradient.length).sum();
            double expected = 50 * clip / ROWS * Math.sqrt(count);
            assertThat(norm(noisy)).isCloseTo(expected, within(0.15 * expected));
          }
        });
  }
}
