package io.haori.cli;

import io.haori.cli.module.Desk;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What a command is given to run in.
 *
 * @param desk its streams, its clock and, for a registry, its environment
 */
record Session(Desk desk) {
  /** The streams. */
  Console console() {
    return desk.console();
  }

  /** Tells how long it takes. */
  InstantSource clock() {
    return desk.clock();
  }

  /**
   * Progress on stderr, unless the user wants quiet.
   *
   * @param common says so
   * @param task what is done, in a word or two
   * @param before units that were done before now
   * @param total units in all
   */
  Progress progress(CommonOptions common, String task, long before, long total) {
    return Progress.of(console(), common.quiet, clock(), task, before, total);
  }

  /** Seconds since a moment. */
  double secondsSince(Instant start) {
    return Duration.between(start, clock().instant()).toMillis() / 1000.0;
  }

  /** A line on stderr for a person, unless they want quiet. */
  void note(CommonOptions common, String line) {
    if (!common.quiet) {
      console().err().println(line);
    }
  }
}
