package io.haori.cli.module;

import io.haori.core.check.Check;
import picocli.CommandLine.Option;

/** How much of the log is shown. */
final class LimitOption {
  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "Number of entries to show, the last ones (default: ${DEFAULT-VALUE}).")
  int entries;

  /** Refuses fewer than one. */
  void check() {
    Check.require(entries >= 1, "--limit", "at least 1", entries);
  }
}
