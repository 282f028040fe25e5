package io.haori.benchmarks.serving;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the server that answers at the moment again and again, with pauses, until interrupted. */
final class AskingLoop implements Runnable {
  private final Supplier<@Nullable ServerLife> server;
  private final SplittableRandom random;
  private final long pause;
  private final Step step;

  /** What is asked once. */
  interface Step {
    /** Asks a server, which may end meanwhile. */
    void ask(ServerLife life) throws InterruptedException;
  }

  /**
   * A loop that somebody runs in a thread.
   *
   * @param server null while there is none
   * @param random draws the pauses
   * @param pause the mean one, in milliseconds
   * @param step what is asked once
   */
  AskingLoop(
      Supplier<@Nullable ServerLife> server, SplittableRandom random, long pause, Step step) {
    this.server = server;
    this.random = random;
    this.pause = pause;
    this.step = step;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ServerLife life = server.get();
        if (life != null) {
          step.ask(life);
        }
        Thread.sleep(random.nextLong(2 * pause));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
