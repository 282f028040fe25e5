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
   * @param desk what they run in
   */
  public static CommandLine all(CommandContext desk) {
    CommandLine line = nameOnly();
    List<Object> commands =
        List.of(
            new InitCommand(desk),
            new AddCommand(desk),
            new ListCommand(desk),
            new ShowCommand(desk),
            new HistoryCommand(desk),
            new DiffCommand(desk),
            new PromoteCommand(desk),
            new RollbackCommand(desk),
            new WithdrawCommand(desk),
            new LiveCommand(desk),
            new RetireCommand(desk),
            new RuleCommand(desk),
            new GrantCommand(desk),
            new RevokeCommand(desk),
            new RolesCommand(desk),
            new LogCommand(desk),
            new VerifyCommand(desk),
            new GcCommand(desk),
            new ExportCommand(desk),
            new ImportCommand(desk),
            new DuplicatesCommand(desk),
            new MergeCommand(desk),
            new PruneCommand(desk),
            new BackupCommand(desk),
            new RestoreCommand(desk));
    commands.forEach(line::addSubcommand);
    line.addSubcommand(TokenCommand.line(desk));
    return line;
  }
}
