package io.haori.cli;

import picocli.CommandLine.Option;

/** Whether an earlier result may be replaced. */
final class ForceOption {
  @Option(
      names = "--force",
      description =
          "Replace what Haori wrote in --out before. Files of others are never replaced or removed:"
              + " they stay, or one is named and nothing is done.")
  boolean force;
}
