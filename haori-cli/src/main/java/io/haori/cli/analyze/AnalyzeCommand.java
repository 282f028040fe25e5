package io.haori.cli.analyze;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori analyze}: names the commands below it. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Measures what domains do to each other when one model learns them together.",
    footerHeading = "%nExample:%n",
    footer = "  haori analyze transfer --data shop bank --out transfer")
public final class AnalyzeCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "haori analyze needs a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
