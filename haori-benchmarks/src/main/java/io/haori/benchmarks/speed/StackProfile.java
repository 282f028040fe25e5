package io.haori.benchmarks.speed;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Says which operations and which parts of the model a thread spends its time in: its stack is
 * looked at every few milliseconds (system property {@code millis}, 2). What it waits for in
 * libtorch counts for the operation that it called.
 */
final class StackProfile {
  private static final String OURS = "io.haori.";
  private static final int MOST_LINES = 24;

  private final Thread watched;
  private final Map<String, Integer> operations = new HashMap<>();
  private final Map<String, Integer> parts = new HashMap<>();
  private final Thread watcher = new Thread(this::watch, "watcher");
  private int samples;
  private volatile boolean done;

  private StackProfile(Thread watched) {
    this.watched = watched;
    watcher.setDaemon(true);
  }

  /** Begins to watch the thread that calls. */
  static StackProfile begin() {
    StackProfile profile = new StackProfile(Thread.currentThread());
    profile.watcher.start();
    return profile;
  }

  /** Ends, and prints a table of operations and one of parts, as Markdown. */
  void print() {
    done = true;
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    System.out.println(samples + " samples");
    print("operation", operations, samples);
    print("part", parts, samples);
  }

  private void watch() {
    long pause = Integer.getInteger("millis", 2);
    while (!done) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
      StackTraceElement[] stack = watched.getStackTrace();
      if (stack.length > 0) {
        samples++;
        operations.merge(first(stack, StackProfile::operation), 1, Integer::sum);
        parts.merge(first(stack, StackProfile::part), 1, Integer::sum);
      }
    }
  }

  private static String first(StackTraceElement[] stack, Function<StackTraceElement, String> name) {
    for (StackTraceElement frame : stack) {
      String found = name.apply(frame);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "other";
  }

  /** The method of the project that called libtorch, or that computed in Java. */
  private static String operation(StackTraceElement frame) {
    return frame.getClassName().startsWith(OURS)
        ? shortName(frame) + "." + frame.getMethodName()
        : "";
  }

  /** The class above the tensors: a part of the model, the optimizer, the reading of rows. */
  private static String part(StackTraceElement frame) {
    String name = frame.getClassName();
    boolean below =
        name.startsWith("io.haori.tensor.") && !name.startsWith("io.haori.tensor.grad.");
    boolean tape = name.endsWith(".Tape") || name.endsWith(".Variable") || name.endsWith(".Weight");
    return name.startsWith(OURS) && !below && !tape ? shortName(frame) : "";
  }

  private static String shortName(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.substring(name.lastIndexOf('.') + 1).replaceAll("\\$.*", "");
  }

  private static void print(String what, Map<String, Integer> counts, int samples) {
    System.out.println("| " + what + " | share |\n|---|---|");
    counts.entrySet().stream()
        .sorted((one, other) -> other.getValue() - one.getValue())
        .limit(MOST_LINES)
        .forEach(
            entry ->
                System.out.printf(
                    "| `%s` | %.1f %% |%n", entry.getKey(), 100.0 * entry.getValue() / samples));
  }
}
