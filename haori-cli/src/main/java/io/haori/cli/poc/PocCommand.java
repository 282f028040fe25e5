package io.haori.cli.poc;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori poc}: names the commands below it. */
@Command(
    name = "poc",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Runs a proof of concept from a plan of haori advise, stage by stage: does a module gain"
            + " anything, does another method, does it on the next domain, is one model for all as"
            + " good. Each stage has a budget and a bound that are fixed before it begins, and a"
            + " test that may end it early. Every result and its reason is in the registry's log.",
    footerHeading = "%nExample:%n",
    footer = "  haori poc start plan")
public final class PocCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "haori poc needs a command: start, next or status");
  }
}
