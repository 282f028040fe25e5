package io.haori.cli.module.access;

import io.haori.cli.session.CommandContext;
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

  public static CommandLine line(CommandContext context) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new TokenCreateCommand(context))
        .addSubcommand(new TokenListCommand(context))
        .addSubcommand(new TokenRevokeCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "haori module token needs a command: create, list or revoke");
  }
}
