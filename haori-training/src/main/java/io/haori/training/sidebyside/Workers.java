package io.haori.training.sidebyside;

import io.haori.tensor.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Works on several tasks at once, each with one thread for its operations. Tasks that need nothing
 * of each other waste less of a machine so than one after another with all threads on each
 * operation: no small operation waits for the threads to meet.
 */
public final class Workers {
  private Workers() {}

  /** Work that ends early by itself. */
  @FunctionalInterface
  public interface Task {
    /**
     * Works.
     *
     * @param givenUp whether another task has failed; asked before every step
     */
    void run(BooleanSupplier givenUp);
  }

  /**
   * Runs tasks, in their order as workers become free; comes back when all have ended, and throws
   * what the first that failed has thrown.
   *
   * @param workers tasks at once; with one, the task has all threads
   * @param tasks what to do
   */
  public static void run(int workers, List<? extends Task> tasks) {
    if (workers == 1) {
      tasks.forEach(task -> task.run(() -> false));
      return;
    }
    int threads = Engine.threads();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    AtomicBoolean failed = new AtomicBoolean();
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(
            executor.submit(
                () -> {
                  Engine.setThreads(1);
                  boolean ended = false;
                  try {
                    task.run(failed::get);
                    ended = true;
                  } finally {
                    failed.compareAndSet(false, !ended);
                  }
                }));
      }
      awaitAll(running);
    } finally {
      executor.shutdownNow();
      Engine.setThreads(threads);
    }
  }

  /** The tasks use native memory that is freed after this, so it waits for all of them. */
  private static void awaitAll(List<Future<?>> running) {
    Throwable failure = null;
    boolean interrupted = false;
    for (int i = 0; i < running.size(); ) {
      try {
        running.get(i).get();
        i++;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
        i++;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (failure instanceof Error thrown) {
      throw thrown;
    }
  }
}
