package io.haori.server.engine;

import io.haori.inference.router.PreparedRows;
import io.haori.inference.router.RoutedPasses;
import io.haori.server.engine.BatchJob.Slice;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Rows of all requests on one base, computed in common passes by one thread: libtorch shares each
 * product out to all cores by itself.
 *
 * <p>A pass begins when it has its tokens, or a moment after its first row came. Requests take
 * turns: one with a thousand rows has a part of each pass, so one with a single row does not wait
 * for all of them.
 */
public final class BatchQueue implements AutoCloseable {
  private final long batchTokens;
  private final long batchWait;
  private final Executor answering;
  private final DistributionSummary batchRows;
  private final DistributionSummary batchTokenCount;
  private final DistributionSummary batchModules;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<BatchJob> waiting = new ArrayDeque<>();
  private final Thread thread;
  private boolean closed;

  /**
   * A queue whose thread is not started.
   *
   * @param name of the base, for metrics
   * @param batchTokens of one pass
   * @param batchWait how long a pass waits for rows of other requests
   * @param answering runs what follows an answer
   * @param meters count passes, rows and tokens
   */
  public BatchQueue(
      String name, long batchTokens, Duration batchWait, Executor answering, MeterRegistry meters) {
    this.batchTokens = batchTokens;
    this.batchWait = batchWait.toNanos();
    this.answering = answering;
    batchRows = summary(meters, "haori.batch.rows", "Rows of one pass", name);
    batchTokenCount = summary(meters, "haori.batch.tokens", "Tokens of one pass", name);
    batchModules =
        summary(meters, "haori.batch.modules", "Modules or mixes whose rows share a pass", name);
    thread = new Thread(this::run, "haori-batches-" + name);
  }

  private static DistributionSummary summary(
      MeterRegistry meters, String name, String description, String base) {
    return DistributionSummary.builder(name)
        .description(description)
        .tag("base", base)
        .register(meters);
  }

  /** Begins to compute. */
  public void start() {
    thread.start();
  }

  /**
   * Adds rows.
   *
   * @param rows at least one; their pass stays open until {@code release}
   * @param vectorsWanted in place of predictions
   * @param observed whether what is seen of the rows is wanted beside predictions
   * @param release called once, when nobody reads the pass any more
   * @return the answer; rows whose answer was cancelled or timed out are not computed
   */
  CompletableFuture<Computed> submit(
      PreparedRows rows, boolean vectorsWanted, boolean observed, Runnable release) {
    BatchJob job = new BatchJob(rows, vectorsWanted, observed, release, System.nanoTime());
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the queue is closed");
      }
      waiting.add(job);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return job.answer();
  }

  private void run() {
    try {
      List<Slice> batch = next();
      while (batch != null) {
        compute(batch);
        batch = next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The rows of the next pass; null when the queue was closed and is empty. */
  private @Nullable List<Slice> next() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        while (waiting.isEmpty()) {
          if (closed) {
            return null;
          }
          changed.await();
        }
        awaitOthers();
        List<Slice> batch = take();
        if (!batch.isEmpty()) {
          return batch;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitOthers() throws InterruptedException {
    long end = waiting.element().began() + batchWait;
    long left = end - System.nanoTime();
    while (left > 0 && !closed && tokensWaiting() < batchTokens) {
      left = changed.awaitNanos(left);
    }
  }

  private long tokensWaiting() {
    return waiting.stream().mapToLong(BatchJob::tokensLeft).sum();
  }

  /** Rows up to the budget, of each request in its turn. */
  private List<Slice> take() {
    List<Slice> batch = new ArrayList<>();
    List<BatchJob> unfinished = new ArrayList<>();
    long left = batchTokens;
    while (!waiting.isEmpty() && left > 0) {
      BatchJob job = waiting.remove();
      if (job.answer().isDone()) {
        job.release();
        continue;
      }
      Slice slice = job.take(left, batch.isEmpty());
      if (slice.size() == 0) {
        waiting.addFirst(job);
        break;
      }
      batch.add(slice);
      left -= slice.tokens();
      if (!job.isFinished()) {
        unfinished.add(job);
      }
    }
    waiting.addAll(unfinished);
    return batch;
  }

  private void compute(List<Slice> batch) {
    // Rows of one module beside each other are one product.
    List<Slice> ordered = new ArrayList<>(batch);
    ordered.sort(
        Comparator.comparingInt(one -> System.identityHashCode(one.rows().pass().adaptation())));
    batchRows.record(ordered.stream().mapToInt(Slice::size).sum());
    batchTokenCount.record((double) ordered.stream().mapToLong(Slice::tokens).sum());
    batchModules.record(
        (double) ordered.stream().map(one -> one.rows().pass().adaptation()).distinct().count());
    try {
      computeTogether(ordered);
    } catch (RuntimeException | Error e) {
      if (ordered.size() == 1) {
        fail(ordered.get(0).job(), e);
      } else {
        computeEach(ordered);
      }
    }
  }

  /** One request whose rows cannot be computed takes no other with it. */
  private void computeEach(List<Slice> batch) {
    for (Slice slice : batch) {
      try {
        computeTogether(List.of(slice));
      } catch (RuntimeException | Error e) {
        fail(slice.job(), e);
      }
    }
  }

  private void computeTogether(List<Slice> batch) {
    RoutedPasses passes = new RoutedPasses();
    batch.forEach(slice -> passes.add(slice.rows()));
    List<Runnable> results = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      BatchJob job = batch.get(i).job();
      if (job.vectorsWanted()) {
        float[][] vectors = passes.vectorsOf(i);
        results.add(() -> job.add(vectors));
      } else {
        var predictions = passes.predictionsOf(i);
        results.add(() -> job.add(predictions));
        if (job.isObserved()) {
          float[][] vectors = passes.vectorsOf(i);
          results.add(() -> job.add(vectors));
        }
      }
    }
    results.forEach(Runnable::run);
    batch.stream().map(Slice::job).filter(BatchJob::isFinished).forEach(this::finish);
  }

  private void finish(BatchJob job) {
    job.release();
    answering.execute(() -> complete(job));
  }

  private static void complete(BatchJob job) {
    try {
      job.answer().complete(job.computed());
    } catch (RuntimeException | Error e) {
      job.answer().completeExceptionally(e);
    }
  }

  private void fail(BatchJob job, Throwable failure) {
    lock.lock();
    try {
      waiting.remove(job);
    } finally {
      lock.unlock();
    }
    job.release();
    answering.execute(() -> job.answer().completeExceptionally(failure));
  }

  /** Computes what waits and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (thread.isAlive()) {
      join();
    }
  }

  private void join() {
    try {
      // The base is closed next: a pass that still runs then would crash the JVM.
      thread.join(TimeUnit.MINUTES.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
