package io.haori.cli.module.access;

import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.WantedCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code haori module token}: names the commands below it. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Makes and takes back the tokens of a registry in a database.",
    footerHeading = "%nExample:%n",
    footer = "  haori module token create mika")
public final class TokenCommand implements Runnable {
  @Spec CommandSpec spec;

  /**
   * {@code haori module token} with its commands.
   *
   * @param context what they run in
   * @param wanted which of them are made whole
   */
  public static CommandLine line(CommandContext context, WantedCommands wanted) {
    CommandLine line = new CommandLine(new TokenCommand());
    wanted.add(line, TokenCreateCommand.class, () -> new TokenCreateCommand(context));
    wanted.add(line, TokenListCommand.class, () -> new TokenListCommand(context));
    return wanted.add(line, TokenRevokeCommand.class, () -> new TokenRevokeCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "haori module token needs a command: create, list or revoke");
  }
}
