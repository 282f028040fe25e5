package io.haori.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C as a wish: the running work is asked to stop at its next step, may save what it has, and
 * only then does the process end. Needed because tearing libtorch down under a running step crashes
 * the JVM.
 *
 * <pre>{@code
 * try (Interruption interruption = Interruption.ofProcess(console)) {
 *   train(interruption::requested);   // returns early, saved, once it is true
 * }
 * }</pre>
 */
public final class Interruption implements AutoCloseable {
  private final Console console;
  private final Duration patience;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private @Nullable Thread hook;

  /**
   * One that nobody triggers but {@link #request}.
   *
   * @param console where the request to stop is confirmed
   * @param patience how long a request waits for the work to end
   */
  Interruption(Console console, Duration patience) {
    this.console = console;
    this.patience = patience;
  }

  /**
   * One that this process's signals trigger (Ctrl-C, {@code kill}).
   *
   * @param console where the request to stop is confirmed
   * @return to be closed when the work has ended and its threads are joined
   */
  public static Interruption ofProcess(Console console) {
    // A step takes seconds at most and a checkpoint as long as the disk needs for it.
    Interruption interruption = new Interruption(console, Duration.ofMinutes(2));
    Thread hook = new Thread(interruption::request, "haori-interruption");
    interruption.hook = hook;
    Runtime.getRuntime().addShutdownHook(hook);
    return interruption;
  }

  /** Whether the work must stop at its next step. */
  public boolean requested() {
    return requested;
  }

  /** Asks the work to stop and waits until {@link #close} says that it has. */
  void request() {
    if (ended.getCount() == 0) {
      return;
    }
    requested = true;
    console.err().println();
    console.err().println("Stopping at the next step …");
    try {
      if (!ended.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        console.err().println("The work did not stop within " + patience.toSeconds() + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the work has ended: the process may go. */
  @Override
  public void close() {
    ended.countDown();
    if (hook != null && !requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending already and the hook finds the work ended.
      }
    }
  }
}
