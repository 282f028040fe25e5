package io.haori.cli.session;

import io.haori.cli.terminal.Console;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the registry's commands are given to run in.
 *
 * @param console their streams
 * @param clock for times and durations
 * @param environment of the process, where secrets come from: an option would show them to
 *     everybody
 */
public record CommandContext(
    Console console, InstantSource clock, Map<String, String> environment) {
  /** Keeps the environment from being changed. */
  public CommandContext {
    environment = Map.copyOf(environment);
  }

  public double secondsSince(Instant start) {
    return Duration.between(start, clock.instant()).toMillis() / 1000.0;
  }

  public void tell(String line) {
    console.out().println(line);
  }

  /** Keeps secrets out of logs. */
  @Override
  public String toString() {
    return "context";
  }
}
