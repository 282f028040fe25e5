package io.haori.inference.live;

import static io.haori.inference.live.LiveModules.bits;
import static io.haori.inference.live.LiveModules.live;
import static io.haori.inference.live.LiveModules.lora;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other threads see, and when memory is freed. */
class LiveThreadsTest {
  private static final int THREADS = 4;

  @TempDir Path temporary;

  private TextBase base;
  private LiveModel live;
  private ExecutorService threads;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    live = live(base);
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @AfterEach
  void close() {
    threads.shutdown();
    live.close();
    base.close();
  }

  @Test
  void aPredictionUnderWayEndsWithTheStateThatItBeganWith() throws Exception {
    CountDownLatch midway = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean halting = new AtomicBoolean();
    FakeModule old =
        new FakeModule(
            "fake",
            0.1,
            true,
            () -> {
              if (halting.get() && asked.incrementAndGet() == 5) {
                midway.countDown();
                await(changed);
              }
            });
    live.attach("food", old.part(base, "food"));
    List<Integer> before = bits(live);
    halting.set(true);
    Future<List<Integer>> underWay = threads.submit(() -> bits(live));
    midway.await();
    FakeModule replacing = new FakeModule(0.2);
    live.replace("food", replacing.part(base, "food"));
    List<Integer> after = bits(live);
    live.detach("food");
    assertThat(old.freed.get()).as("freed in the middle of a prediction").isZero();
    int layers = base.backbone().slots().size();
    assertThat(replacing.freed.get()).as("freed with nobody using it").isEqualTo(layers);
    changed.countDown();
    assertThat(underWay.get()).isEqualTo(before).isNotEqualTo(after);
    assertThat(old.freed.get()).as("freed by the prediction that ended").isEqualTo(layers);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyThreadSeesTheOldOrTheNewModule() throws Exception {
    live.attach("food", lora(base, "food", 1));
    List<Integer> first = bits(live);
    live.replace("food", lora(base, "food", 2));
    List<Integer> second = bits(live);
    live.rollback("food");
    Set<List<Integer>> seen =
        predictWhile(
            200,
            turn -> {
              if (turn % 2 == 0) {
                live.replace("food", lora(base, "food", 2));
              } else {
                live.rollback("food");
              }
            });
    assertThat(seen).isSubsetOf(Set.of(first, second)).hasSize(2);
  }

  @Test
  void noThreadSeesHalfOfAChange() throws Exception {
    live.attach("food", lora(base, "food", 1));
    List<Integer> food = bits(live);
    live.change(change -> change.disable("food").attach("plants", lora(base, "plants", 2)));
    List<Integer> plants = bits(live);
    Set<List<Integer>> seen =
        predictWhile(
            200,
            turn ->
                live.change(
                    change -> {
                      if (turn % 2 == 0) {
                        change.enable("food").disable("plants");
                      } else {
                        change.disable("food").enable("plants");
                      }
                    }));
    assertThat(seen).isSubsetOf(Set.of(food, plants)).hasSize(2);
  }

  /** Switches after each of this many predictions, which other threads continue to make. */
  private Set<List<Integer>> predictWhile(int turns, IntConsumer turn) throws Exception {
    Set<List<Integer>> seen = ConcurrentHashMap.newKeySet();
    Semaphore predicted = new Semaphore(0);
    AtomicBoolean stop = new AtomicBoolean();
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      running.add(
          threads.submit(
              () -> {
                try {
                  while (!stop.get()) {
                    seen.add(bits(live));
                    predicted.release();
                  }
                } finally {
                  // A thread that failed must not leave the test waiting.
                  predicted.release(turns);
                }
              }));
    }
    for (int i = 0; i < turns; i++) {
      predicted.acquire();
      turn.accept(i);
    }
    stop.set(true);
    for (Future<?> future : running) {
      future.get();
    }
    return seen;
  }

  @Test
  void tenThousandReplacementsHoldNoMoreMemoryThanAHundred() throws Exception {
    live.attach("food", lora(base, "food", 0));
    replace(100);
    long before = Engine.heldObjects();
    Future<?> other = threads.submit(() -> replace(5_000));
    replace(5_000);
    other.get();
    replace(3);
    assertThat(Engine.heldObjects()).isLessThanOrEqualTo(before);
    live.detach("food");
    assertThat(live.modules()).isEmpty();
    assertThat(Engine.heldObjects()).isLessThan(before);
  }

  private void replace(int times) {
    for (int i = 0; i < times; i++) {
      live.replace("food", lora(base, "food", i));
      if (i % 50 == 0) {
        live.logits(LiveModules.TEXTS);
      }
    }
  }

  @Test
  void aModelThatIsClosedServesWhoHoldsAPictureOfIt() {
    FakeModule fake = new FakeModule(0.1);
    LiveModel closing = live(base);
    closing.attach("food", fake.part(base, "food"));
    List<Integer> before = bits(closing);
    LiveSnapshot snapshot = closing.snapshot();
    closing.close();
    assertThat(bits(snapshot.logits(LiveModules.TEXTS))).isEqualTo(before);
    assertThat(fake.freed.get()).isZero();
    snapshot.close();
    snapshot.close();
    assertThat(fake.freed.get()).isEqualTo(base.backbone().slots().size());
  }
}
