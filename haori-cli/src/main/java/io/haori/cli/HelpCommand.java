package io.haori.cli;

import io.haori.cli.terminal.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code haori help}: the same as {@code --help} behind a command, at any depth. */
@Command(
    name = "help",
    helpCommand = true,
    description = "Shows the help of a command.",
    footerHeading = "%nExample:%n",
    footer = "  haori help module promote")
final class HelpCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The command (default: haori itself).")
  List<String> commands = List.of();

  @Override
  public Integer call() {
    CommandLine wanted = spec.commandLine().getParent();
    for (String name : commands) {
      CommandLine next = wanted.getSubcommands().get(name);
      if (next == null) {
        throw new UnmatchedArgumentException(wanted, List.of(name));
      }
      wanted = next;
    }
    wanted.usage(wanted.getOut());
    return ExitCode.DONE;
  }
}
