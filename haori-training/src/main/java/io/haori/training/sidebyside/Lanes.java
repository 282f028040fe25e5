package io.haori.training.sidebyside;

import io.haori.tensor.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Works on several tasks at once, each with one thread for its operations. Tasks that need nothing
 * of each other waste less of a machine so than one after another with all threads on each
 * operation: no small operation waits for the threads to meet.
 */
public final class Lanes {
  private Lanes() {}

  /**
   * Runs tasks, in their order as lanes become free; comes back when all have ended.
   *
   * @param lanes tasks at once; with one, the task has all threads
   * @param tasks end early by themselves when one of them has failed
   */
  public static void run(int lanes, List<Runnable> tasks) {
    if (lanes == 1) {
      tasks.forEach(Runnable::run);
      return;
    }
    int threads = Engine.threads();
    ExecutorService executor = Executors.newFixedThreadPool(lanes);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Runnable task : tasks) {
        running.add(
            executor.submit(
                () -> {
                  Engine.setThreads(1);
                  task.run();
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
