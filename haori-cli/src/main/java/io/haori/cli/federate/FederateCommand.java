package io.haori.cli.federate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori federate}: names the commands below it. */
@Command(
    name = "federate",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Learns one model from the data of several sites, none of which shows its rows.",
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate init --base minilm --rank 8 --out round0",
      "  haori federate join round0 --data site-a --site a --out a.update     # at each site",
      "  haori federate merge round0 a.update b.update c.update --out round1"
    })
public final class FederateCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "haori federate needs a command: init, join or merge; in a secure round also enroll,"
            + " collect and answer; with --server also upload and download");
  }
}
