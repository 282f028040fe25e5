package io.haori.cli.options;

import io.haori.core.check.UserError;
import io.haori.training.data.Split;
import picocli.CommandLine.Option;

/** Which split of a dataset is answered. */
public final class SplitOption {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "train, validation or test (default: ${DEFAULT-VALUE}).")
  String name;

  /** The split that was chosen. */
  public Split chosen() {
    for (Split one : Split.values()) {
      if (one.fileName().equals(name)) {
        return one;
      }
    }
    throw new UserError("--split must be one of train, validation, test, got " + name);
  }
}
