package io.haori.benchmarks.serving;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends requests of one text each to a server, for modules that are drawn at random. */
final class LoadGenerator {
  private static final String TEXT =
      "the pump in the second line leaks at the seal when the pressure rises above four bar";

  private final Asker asker;
  private final List<String> models;
  private final SplittableRandom random;

  /**
   * For a server.
   *
   * @param asker asks it
   * @param models that are asked for
   * @param random draws them
   */
  LoadGenerator(Asker asker, List<String> models, SplittableRandom random) {
    this.asker = asker;
    this.models = models;
    this.random = random;
  }

  private CompletableFuture<Integer> send() throws IOException {
    String model = models.get(random.nextInt(models.size()));
    return asker.postLater("/v1/classify", Map.of("model", model, "input", TEXT));
  }

  private static void require(boolean right, String what) {
    if (!right) {
      throw new IllegalStateException(what);
    }
  }

  /**
   * As many requests as are answered when some are always under way.
   *
   * @param clients that are under way
   * @param seconds of it
   * @return answers a second
   */
  double capacity(int clients, double seconds) throws IOException, InterruptedException {
    Semaphore free = new Semaphore(clients);
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    long begun = System.nanoTime();
    long end = begun + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      if (free.tryAcquire(100, TimeUnit.MILLISECONDS)) {
        var unused =
            send()
                .whenComplete(
                    (status, failure) -> {
                      (failure == null && status == 200 ? answered : failed).incrementAndGet();
                      free.release();
                    });
      }
    }
    free.acquire(clients);
    double took = (System.nanoTime() - begun) / 1e9;
    require(failed.get() == 0, failed.get() + " requests failed");
    return answered.get() / took;
  }

  /**
   * Requests at a rate, whether or not those before were answered: the pauses between them are
   * exponential, as those of many people who know nothing of each other.
   *
   * @param rate requests a second
   * @param seconds of it
   * @return times from when each was due, so that a late start counts
   */
  Latencies open(double rate, double seconds) throws IOException, InterruptedException {
    int count = (int) Math.ceil(rate * seconds);
    double[] milliseconds = new double[count];
    AtomicInteger failed = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(count);
    double due = System.nanoTime() + 1e7;
    for (int i = 0; i < count; i++) {
      due += -Math.log(1 - random.nextDouble()) / rate * 1e9;
      long now = System.nanoTime();
      while (now < due) {
        LockSupport.parkNanos((long) due - now);
        now = System.nanoTime();
      }
      int request = i;
      double wanted = due;
      var unused =
          send()
              .whenComplete(
                  (status, failure) -> {
                    milliseconds[request] = (System.nanoTime() - wanted) / 1e6;
                    if (failure != null || status != 200) {
                      failed.incrementAndGet();
                    }
                    left.countDown();
                  });
    }
    left.await();
    require(failed.get() == 0, failed.get() + " requests failed");
    return Latencies.of(milliseconds);
  }
}
