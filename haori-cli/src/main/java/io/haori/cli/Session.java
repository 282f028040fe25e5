package io.haori.cli;

import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What a command is given to run in.
 *
 * @param console its streams
 * @param clock tells how long it takes
 */
record Session(Console console, InstantSource clock) {
  /** Progress of a task that is so many units long. */
  Progress progress(CommonOptions common, String task, long total) {
    return Progress.of(console, common.quiet, clock, task, total);
  }

  /** Seconds since a moment. */
  double secondsSince(Instant start) {
    return Duration.between(start, clock.instant()).toMillis() / 1000.0;
  }

  /** A line on stderr for a person, unless they want quiet. */
  void note(CommonOptions common, String line) {
    if (!common.quiet) {
      console.err().println(line);
    }
  }
}
