package io.haori.training.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.tensor.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WorkersTest {
  private int before;

  @BeforeEach
  void takeThreeThreads() {
    before = Engine.threads();
    Engine.setThreads(3);
  }

  @AfterEach
  void giveThemBack() {
    Engine.setThreads(before);
  }

  @Test
  void tasksAtOnceHaveOneThreadEach() {
    List<Integer> threads = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch both = new CountDownLatch(2);
    Workers.Task task =
        givenUp -> {
          both.countDown();
          await(both);
          threads.add(Engine.threads());
        };

    Workers.run(2, List.of(task, task));

    assertThat(threads).containsExactly(1, 1);
    assertThat(Engine.threads()).isEqualTo(3);
  }

  @Test
  void oneTaskAfterAnotherHasAllThreads() {
    List<Integer> threads = new ArrayList<>();
    Workers.Task task = givenUp -> threads.add(Engine.threads());

    Workers.run(1, List.of(task, task));

    assertThat(threads).containsExactly(3, 3);
  }

  @Test
  void allThreadsAreBackAfterAFailure() {
    Workers.Task failing =
        givenUp -> {
          throw new IllegalStateException("planted");
        };

    assertThatThrownBy(() -> Workers.run(2, List.of(failing, failing))).hasMessage("planted");

    assertThat(Engine.threads()).isEqualTo(3);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
