package io.haori.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.router.PreparedRows;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Adaptation;
import io.haori.server.TinyRegistry;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Rows wait in a queue that is not started, so what comes together is no matter of time. */
@TestInstance(Lifecycle.PER_CLASS)
final class BatchQueueTest {
  private static final String TEXT = "wordai wordbc wordcd wordbb";

  private final List<TextModel> models = new ArrayList<>();
  private TinyRegistry tiny;
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  void open(@TempDir Path temporary) {
    tiny = new TinyRegistry(temporary);
    for (int i = 0; i < 8; i++) {
      String method = i % 4 == 3 ? "dora" : "lora";
      models.add(tiny.model(method, i, TaskCatalogue.CLASSIFICATION, "a", "b", "c"));
    }
  }

  @AfterAll
  void close() {
    models.forEach(TextModel::close);
    tiny.close();
  }

  @AfterEach
  void forget() {
    meters = new SimpleMeterRegistry();
  }

  private BatchQueue queue(int tokens) {
    return new BatchQueue("tiny", tokens, Duration.ZERO, Runnable::run, meters);
  }

  private DistributionSummary summary(String name) {
    return meters.get(name).summary();
  }

  private static PreparedRows rows(TextPass pass, int count) {
    return PreparedRows.of(pass, Collections.nCopies(count, new Row(TEXT, null, null, null, 1)));
  }

  @Test
  void rowsOfManyModulesShareOnePass() {
    List<CompletableFuture<Computed>> answers = new ArrayList<>();
    try (BatchQueue queue = queue(4096)) {
      for (TextModel model : models) {
        answers.add(queue.submit(rows(model.pass(), 2), false, false, () -> {}));
        answers.add(queue.submit(rows(model.pass(), 1), false, false, () -> {}));
      }
      queue.start();
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    }

    assertThat(summary("haori.batch.rows").count()).isEqualTo(1);
    assertThat(summary("haori.batch.rows").totalAmount()).isEqualTo(24);
    assertThat(summary("haori.batch.modules").totalAmount()).isEqualTo(8);
    for (int i = 0; i < answers.size(); i++) {
      Prediction alone = models.get(i / 2).predict(TEXT);
      for (Prediction one : answers.get(i).join().predictions()) {
        alone
            .probabilities()
            .forEach(
                (label, value) ->
                    assertThat(one.probabilities().get(label)).isCloseTo(value, within(1e-5)));
      }
    }
  }

  /** A module in use takes no pass from those who use none, and is none itself. */
  @Test
  void rowsWithoutAModuleWithOneAndWithAnotherShareOnePass() {
    TextModel first = models.get(0);
    TextPass none = new TextPass(tiny.base(), Adaptation.NONE, first.heads(), first.options());
    List<List<TextPass>> works =
        List.of(
            List.of(none),
            List.of(first.pass()),
            List.of(none, first.pass()),
            List.of(none, first.pass(), models.get(1).pass()));
    for (List<TextPass> work : works) {
      forget();
      try (BatchQueue queue = queue(4096)) {
        List<CompletableFuture<Computed>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          answers.add(queue.submit(rows(work.get(i % work.size()), 1), false, false, () -> {}));
        }
        queue.start();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
      }
      assertThat(summary("haori.batch.rows").count()).isEqualTo(1);
      assertThat(summary("haori.batch.rows").totalAmount()).isEqualTo(8);
      assertThat(summary("haori.batch.modules").totalAmount()).isEqualTo(work.size());
    }
  }

  @Test
  void aRequestWithOneRowDoesNotWaitForOneWithMany() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (BatchQueue queue = queue(24)) {
      var many = queue.submit(rows(models.get(0).pass(), 40), false, false, () -> {});
      var one = queue.submit(rows(models.get(1).pass(), 1), true, false, () -> {});
      var both =
          CompletableFuture.allOf(
              many.thenAccept(computed -> order.add("many")),
              one.thenAccept(computed -> order.add("one")));
      queue.start();
      both.join();
      assertThat(many.join().predictions()).hasSize(40);
      assertThat(one.join().vectors()).hasSize(1);
      assertThat(one.join().vectors().get(0)).hasSize(tiny.base().backbone().width());
    }
    assertThat(order).containsExactly("one", "many");
  }

  @Test
  void aTextLongerThanThePassGoesAlone() {
    try (BatchQueue queue = queue(1)) {
      var answer = queue.submit(rows(models.get(0).pass(), 3), false, false, () -> {});
      queue.start();
      assertThat(answer.join().predictions()).hasSize(3);
    }
    assertThat(summary("haori.batch.rows").count()).isEqualTo(3);
  }

  @Test
  void rowsThatNobodyWaitsForAnyMoreAreNotComputed() {
    AtomicInteger released = new AtomicInteger();
    try (BatchQueue queue = queue(4096)) {
      queue
          .submit(rows(models.get(0).pass(), 1), false, false, released::incrementAndGet)
          .cancel(false);
      var other =
          queue.submit(rows(models.get(1).pass(), 1), false, false, released::incrementAndGet);
      queue.start();
      other.join();
    }
    assertThat(released).hasValue(2);
    assertThat(summary("haori.batch.rows").totalAmount()).isEqualTo(1);
  }

  @Test
  void aRequestThatCannotBeComputedTakesNoOtherWithIt() {
    TextPass right = models.get(0).pass();
    TextPass broken =
        new TextPass(
            right.base(),
            slot -> {
              throw new IllegalStateException("broken on purpose");
            },
            right.heads(),
            right.options());
    AtomicInteger released = new AtomicInteger();
    try (BatchQueue queue = queue(4096)) {
      var fails = queue.submit(rows(broken, 1), false, false, released::incrementAndGet);
      var works = queue.submit(rows(right, 1), false, false, released::incrementAndGet);
      queue.start();
      assertThat(works.join().predictions()).hasSize(1);
      assertThatThrownBy(fails::join).hasMessageContaining("broken on purpose");
    }
    assertThat(released).hasValue(2);
  }

  @Test
  void whatWaitsIsAnsweredWhenTheQueueIsClosed() {
    BatchQueue queue = queue(16);
    var answer = queue.submit(rows(models.get(2).pass(), 9), false, false, () -> {});
    queue.start();
    queue.close();
    assertThat(answer.join().predictions()).hasSize(9);
    assertThatThrownBy(() -> queue.submit(rows(models.get(2).pass(), 1), false, false, () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
