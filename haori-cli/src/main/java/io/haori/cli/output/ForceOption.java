package io.haori.cli.output;

import picocli.CommandLine.Option;

/** Whether an earlier result may be replaced. */
public final class ForceOption {
  @Option(
      names = "--force",
      description =
          "Replace what Haori wrote in --out before. Files of others are never replaced or removed:"
              + " they stay, or one is named and nothing is done.")
  public boolean force;
}
