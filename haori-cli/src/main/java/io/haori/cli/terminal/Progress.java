package io.haori.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far the work is, on stderr: a bar that is redrawn where a person watches, else a plain line
 * every ten seconds, and nothing with {@code --quiet}. A program gets lines of JSON.
 */
public interface Progress extends AutoCloseable {
  /**
   * Says how far the work is.
   *
   * @param done units of work done so far, for example steps
   * @param detail what else is worth seeing, for example {@code loss 0.512, 6,100 tokens/s}; may be
   *     empty
   */
  void at(long done, String detail);

  /**
   * Says how far the work is, and a number that is worth a curve.
   *
   * @param done units of work done so far
   * @param detail as in {@link #at(long, String)}
   * @param value for example the loss
   */
  default void at(long done, String detail, double value) {
    at(done, detail);
  }

  /** Ends the bar; what follows starts on a line of its own. */
  @Override
  void close();

  /**
   * The progress that suits the console.
   *
   * @param console where it is shown
   * @param quiet whether to show nothing
   * @param clock for the time that the work has taken
   * @param task what is done, in a word or two
   * @param before units that were done before now, for example in a run that is resumed
   * @param total units of work in all; at least 1
   * @return to be closed when the work has ended, however it ended
   */
  static Progress of(
      Console console, boolean quiet, InstantSource clock, String task, long before, long total) {
    if (quiet) {
      return new Silent();
    }
    String title = console.words().heading(task);
    return console.errIsTerminal()
        ? new Bar(console, title, before, total)
        : new Lines(console, clock, title, before, total);
  }

  /**
   * Progress for a program that reads stderr: a line of JSON at most four times a second, as {@code
   * {"progress":{"task":"lora","done":12,"total":96,"detail":"…","value":0.51,"secondsLeft":7}}}.
   *
   * @param console where it is shown
   * @param clock for the time that the work has taken
   * @param task what is done, in a word or two
   * @param before units that were done before now
   * @param total units of work in all; at least 1
   */
  static Progress forPrograms(
      Console console, InstantSource clock, String task, long before, long total) {
    return new JsonLines(console, clock, task, before, total);
  }

  /** Shows nothing. */
  record Silent() implements Progress {
    @Override
    public void at(long done, String detail) {}

    @Override
    public void close() {}
  }

  /** A bar that is redrawn in place. */
  final class Bar implements Progress {
    private final Console console;
    private final ProgressBar bar;

    Bar(Console console, String task, long before, long total) {
      this.console = console;
      // A carriage return and nothing more: asking the terminal library for its width would load
      // native code for a number that the launcher has passed already.
      ProgressBarConsumer toErr =
          new DelegatingProgressBarConsumer(
              line -> {
                console.err().print("\r" + line);
                console.err().flush();
              },
              console.columns() - 1);
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .startsFrom(before, Duration.ZERO)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(200)
              .setMaxRenderedLength(console.columns() - 1)
              .setConsumer(toErr)
              .build();
    }

    @Override
    public void at(long done, String detail) {
      bar.setExtraMessage(console.words().text(detail));
      bar.stepTo(done);
    }

    @Override
    public void close() {
      bar.close();
      console.err().println();
    }
  }

  /** A line of JSON a few times a second, and always for the last unit. */
  final class JsonLines implements Progress {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Console console;
    private final InstantSource clock;
    private final String task;
    private final long before;
    private final long total;
    private final Instant start;
    private Instant last = Instant.EPOCH;

    JsonLines(Console console, InstantSource clock, String task, long before, long total) {
      this.console = console;
      this.clock = clock;
      this.task = task;
      this.before = before;
      this.total = total;
      this.start = clock.instant();
    }

    @Override
    public void at(long done, String detail) {
      at(done, detail, Double.NaN);
    }

    @Override
    public void at(long done, String detail, double value) {
      Instant now = clock.instant();
      if (done < total && now.isBefore(last.plus(PAUSE))) {
        return;
      }
      last = now;
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("task", task);
      line.put("done", done);
      line.put("total", total);
      line.put("detail", detail);
      if (Double.isFinite(value)) {
        line.put("value", value);
      }
      if (done > before) {
        double perUnit = Duration.between(start, now).toMillis() / 1000.0 / (done - before);
        line.put("secondsLeft", Math.round(perUnit * Math.max(0, total - done)));
      }
      console.err().println(JsonResult.line(Map.of("progress", line)));
    }

    @Override
    public void close() {}
  }

  /** A plain line now and then, for logs. */
  final class Lines implements Progress {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Console console;
    private final InstantSource clock;
    private final String task;
    private final long before;
    private final long total;
    private final Instant start;
    private Instant last;

    Lines(Console console, InstantSource clock, String task, long before, long total) {
      this.console = console;
      this.clock = clock;
      this.task = task;
      this.before = before;
      this.total = total;
      this.start = clock.instant();
      this.last = start;
    }

    @Override
    public void at(long done, String detail) {
      Instant now = clock.instant();
      if (Duration.between(last, now).compareTo(PAUSE) < 0) {
        return;
      }
      last = now;
      StringBuilder line = new StringBuilder();
      line.append(String.format(Locale.ROOT, "%s: %,d of %,d", task, done, total));
      if (!detail.isEmpty()) {
        line.append(", ").append(detail);
      }
      if (done > before && done < total) {
        double perUnit = Duration.between(start, now).toMillis() / 1000.0 / (done - before);
        line.append(", ").append(minutes(Math.round(perUnit * (total - done)))).append(" left");
      }
      console.err().println(line);
    }

    @Override
    public void close() {}

    private static String minutes(long seconds) {
      return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
  }
}
