package io.haori.server.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A command that runs as a process. */
public final class ChildProcess {
  /** What a command may print as its result. */
  private static final int MOST_BYTES = 64_000_000;

  private final Process process;
  private final Thread reader;
  private final Thread lines;
  private volatile String out = "";

  ChildProcess(Process process, Consumer<String> line) {
    this.process = process;
    close(process);
    reader = thread("haori-job-out", () -> out = text(process.getInputStream()));
    lines = thread("haori-job-err", () -> read(process.getErrorStream(), line));
  }

  private static void close(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
      return;
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static String text(InputStream stream) {
    try (stream) {
      byte[] bytes = stream.readNBytes(MOST_BYTES);
      stream.transferTo(OutputStream.nullOutputStream());
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static void read(InputStream stream, Consumer<String> line) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String one = reader.readLine(); one != null; one = reader.readLine()) {
        line.accept(one);
      }
    } catch (IOException e) {
      // The process is gone and says nothing more.
      return;
    }
  }

  /** Its number in the system. */
  public long pid() {
    return process.pid();
  }

  /** When it was started, as far as the system says it; with the number it names one process. */
  public Instant started() {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /**
   * Waits until it has ended.
   *
   * @param patience after which it is ended by force
   * @return its exit code, or -1 when it had to be ended
   */
  public int await(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
      return -1;
    }
    return end();
  }

  /** Waits as long as it takes; the exit code. */
  public int await() throws InterruptedException {
    process.waitFor();
    return end();
  }

  private int end() throws InterruptedException {
    // What a grandchild still holds open is not waited for.
    reader.join(Duration.ofSeconds(10).toMillis());
    lines.join(Duration.ofSeconds(10).toMillis());
    return process.exitValue();
  }

  /** What it printed on stdout. */
  public String out() {
    return out;
  }

  /** Asks it to save what it has and to end. */
  public void stop() {
    process.destroy();
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Systems count from their start, whose moment they may correct. */
  private static boolean isNear(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(Duration.ofSeconds(2)) < 0;
  }

  /**
   * Ends a process of an earlier server that was not stopped with it.
   *
   * @param pid its number
   * @param started when it was started; another process of the same number is left alone
   * @param patience for saving what it has
   */
  public static void endOrphan(long pid, Instant started, Duration patience) {
    ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
    if (handle == null
        || !handle.info().startInstant().map(one -> isNear(one, started)).orElse(false)
        || !handle.isAlive()) {
      return;
    }
    handle.destroy();
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      handle.destroyForcibly();
    } catch (ExecutionException | TimeoutException e) {
      handle.destroyForcibly();
    }
  }
}
