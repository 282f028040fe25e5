package io.haori.cli.anomaly;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori anomaly}: names the commands below it. */
@Command(
    name = "anomaly",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Finds pictures that are unlike good ones, learnt from good ones alone.",
    footerHeading = "%nExample:%n",
    footer = {
      "  haori anomaly fit --base models/dinov2-small --data castings --out castings-normal",
      "  haori anomaly score --model castings-normal --input photos --heat-maps maps",
      "  haori anomaly evaluate --model castings-normal --data castings"
    })
public final class AnomalyCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "haori anomaly needs a command: fit, score, evaluate or threshold");
  }
}
