package io.haori.cli.module;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori module}: names the commands below it. */
@Command(
    name = "module",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Keeps modules in a registry: versions, approval, rollback, log.",
    footer = {
      "",
      "Example:",
      "  haori module list",
      "",
      "A module is named as food (its newest version), food@3, food@live or food@live/berlin."
    })
public final class ModuleCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "haori module needs a command, for example list");
  }
}
