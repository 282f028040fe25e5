package io.haori.cli.module;

import io.haori.cli.module.access.GrantCommand;
import io.haori.cli.module.access.RevokeCommand;
import io.haori.cli.module.access.RolesCommand;
import io.haori.cli.module.access.TokenCommand;
import io.haori.cli.module.combine.DuplicatesCommand;
import io.haori.cli.module.combine.MergeCommand;
import io.haori.cli.module.combine.PruneCommand;
import io.haori.cli.session.CommandContext;
import java.util.List;
import picocli.CommandLine;

/** All commands below {@code haori module} that the registry alone answers. */
public final class ModuleCommands {
  private ModuleCommands() {}

  /**
   * {@code haori module} by name only: its commands are made when they are wanted, so that those of
   * training do not wait for them.
   */
  public static CommandLine nameOnly() {
    return new CommandLine(new ModuleCommand());
  }

  /**
   * {@code haori module} with its commands.
   *
   * @param context what they run in
   */
  public static CommandLine all(CommandContext context) {
    CommandLine line = nameOnly();
    List<Object> commands =
        List.of(
            new InitCommand(context),
            new AddCommand(context),
            new ListCommand(context),
            new ShowCommand(context),
            new HistoryCommand(context),
            new DiffCommand(context),
            new PromoteCommand(context),
            new RollbackCommand(context),
            new WithdrawCommand(context),
            new LiveCommand(context),
            new RetireCommand(context),
            new RuleCommand(context),
            new GrantCommand(context),
            new RevokeCommand(context),
            new RolesCommand(context),
            new LogCommand(context),
            new VerifyCommand(context),
            new GcCommand(context),
            new ExportCommand(context),
            new ImportCommand(context),
            new DuplicatesCommand(context),
            new MergeCommand(context),
            new PruneCommand(context),
            new BackupCommand(context),
            new RestoreCommand(context));
    commands.forEach(line::addSubcommand);
    line.addSubcommand(TokenCommand.line(context));
    return line;
  }
}
