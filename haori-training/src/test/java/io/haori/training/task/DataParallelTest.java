package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.group.ReduceGroup;
import io.haori.tensor.group.ThreadGroups;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many members compute a step together, the step is the same up to rounding. */
final class DataParallelTest {
  @TempDir Path temporary;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TextBase base;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    base.close();
  }

  private static TuneSettingsBuilder settings(String method) {
    return TuneSettings.builder(method)
        .set("rank", 4)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(5)
        .learningRate(1e-2)
        .epochs(3);
  }

  @SuppressWarnings("ArrayRecordComponent") // Read once, compared by its contents.
  private record Outcome(
      float[][] answers, List<Double> losses, int steps, int best, boolean interrupted) {}

  private Outcome tuned(TuneSettings settings, Dataset data, ReduceGroup group, int stopBefore) {
    AtomicInteger asked = new AtomicInteger();
    try (group;
        TunedModel tuned =
            new Tuner(base, settings)
                .in(group)
                .stopWhen(() -> asked.incrementAndGet() >= stopBefore)
                .keepFrozenLayersIn(null)
                .tune(data)) {
      return new Outcome(
          Predictions.of(tuned.model(), data.test()).answers(),
          tuned.training().history().stream().map(EpochResult::loss).toList(),
          tuned.training().steps(),
          tuned.training().bestEpoch(),
          tuned.training().interrupted());
    }
  }

  private List<Outcome> together(TuneSettings settings, Dataset data, int members, int... stops)
      throws InterruptedException, ExecutionException {
    List<ReduceGroup> groups = ThreadGroups.of(members, Duration.ofSeconds(60));
    List<Future<Outcome>> running = new ArrayList<>();
    for (int rank = 0; rank < members; rank++) {
      ReduceGroup group = groups.get(rank);
      int stopBefore = stops.length == 0 ? Integer.MAX_VALUE : stops[rank];
      running.add(threads.submit(() -> tuned(settings, data, group, stopBefore)));
    }
    List<Outcome> all = new ArrayList<>();
    for (Future<Outcome> one : running) {
      all.add(one.get());
    }
    return all;
  }

  private static void assertClose(Outcome one, Outcome other) {
    assertThat(one.steps()).isEqualTo(other.steps());
    assertThat(one.best()).isEqualTo(other.best());
    for (int epoch = 0; epoch < one.losses().size(); epoch++) {
      assertThat(one.losses().get(epoch)).isCloseTo(other.losses().get(epoch), within(1e-4));
    }
    for (int row = 0; row < one.answers().length; row++) {
      assertThat(one.answers()[row]).containsExactly(other.answers()[row], within(2e-3f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, lora, TASK, false",
    "3, lora, BALANCED, false",
    "2, dora, TASK, true",
    // More members than the last batch has rows.
    "4, lora, TASK, false"
  })
  void aModelIsThatOfOneProcessUpToRounding(int members, String method, String loss, boolean pairs)
      throws Exception {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, pairs));
    TuneSettings settings = settings(method).loss(TuneLoss.valueOf(loss)).build();
    Outcome alone = tuned(settings, data, ReduceGroup.ALONE, Integer.MAX_VALUE);

    List<Outcome> all = together(settings, data, members);

    for (Outcome one : all) {
      assertClose(one, alone);
      assertThat(Arrays.deepEquals(one.answers(), all.get(0).answers())).isTrue();
    }
  }

  @Test
  void oneMemberThatIsAskedToStopStopsAll() throws Exception {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, false));

    List<Outcome> all = together(settings("lora").build(), data, 2, Integer.MAX_VALUE, 4);

    assertThat(all).allSatisfy(one -> assertThat(one.interrupted()).isTrue());
    assertThat(all).extracting(Outcome::steps).containsExactly(4, 4);
  }

  @Test
  void rowsAreDealtOutByLengthAndNoneIsLost() {
    int[] lengths = {3, 9, 4, 8, 5, 7, 6};
    int[] rows = {0, 1, 3, 4, 6};

    assertThat(RowShares.of(rows, lengths, 0, 2)).containsExactly(1, 6, 0);
    assertThat(RowShares.of(rows, lengths, 1, 2)).containsExactly(3, 4);
    assertThat(IntStream.range(0, 7).map(rank -> RowShares.of(rows, lengths, rank, 7).length))
        .containsExactly(1, 1, 1, 1, 1, 0, 0);
  }

  @Test
  void whatComparesRowsOfABatchOrLearnsAtTwoLevelsIsRefused() {
    assertThatThrownBy(
            () ->
                Tuner.requireParts(
                    "members", settings("lora").loss(TuneLoss.CONTRASTIVE).build(), 2))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "members must be 1 for training.loss=contrastive, which compares rows of a batch, got"
                + " 2");
    assertThatThrownBy(
            () -> Tuner.requireParts("members", TuneSettings.builder("bidora").build(), 2))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "members must be 1 for the method bidora, which does not learn in one run, got 2");
    Tuner.requireParts("members", TuneSettings.builder("bidora").build(), 1);
  }
}
