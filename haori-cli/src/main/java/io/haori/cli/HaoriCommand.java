package io.haori.cli;

import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code haori} alone: says which commands there are. */
@Command(
    name = "haori",
    mixinStandardHelpOptions = true,
    versionProvider = HaoriVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Adapts a frozen foundation model to the domain that it is needed in.",
    footer = {
      "",
      "Examples:",
      "  haori quickstart",
      "  haori tune --data tickets --out tickets-lora",
      "  haori predict --adapter tickets-lora --text 'My card is lost'",
      "",
      "haori help COMMAND shows a command's options. Results go to stdout, progress to stderr.",
      "Exit code 0: done, 1: internal error, 2: invalid input or option, 130: interrupted and"
          + " saved."
    })
final class HaoriCommand implements Callable<Integer> {
  private final Console console;

  @Spec CommandSpec spec;

  HaoriCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandLine self = spec.commandLine();
    self.usage(console.err());
    return ExitCode.USER;
  }
}
