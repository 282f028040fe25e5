package io.haori.cli.data;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori data}: names the commands below it. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Checks and makes datasets.",
    footerHeading = "%nExample:%n",
    footer = "  haori data check orders.xlsx")
public final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "haori data needs a command: add, check, demo, order, tiny-lm or tiny-vit");
  }
}
