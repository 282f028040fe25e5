package io.haori.cli.module;

import io.haori.cli.module.access.GrantCommand;
import io.haori.cli.module.access.RevokeCommand;
import io.haori.cli.module.access.RolesCommand;
import io.haori.cli.module.access.TokenCommand;
import io.haori.cli.module.combine.DuplicatesCommand;
import io.haori.cli.module.combine.MergeCommand;
import io.haori.cli.module.combine.PruneCommand;
import io.haori.cli.module.combine.TogetherCommand;
import io.haori.cli.session.CommandContext;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.WantedCommands;
import picocli.CommandLine;

/** All commands below {@code haori module} that the registry alone answers. */
public final class ModuleCommands {
  private ModuleCommands() {}

  /**
   * {@code haori module} with its commands.
   *
   * @param context what they run in
   * @param wanted which of them are made whole
   */
  public static CommandLine of(CommandContext context, WantedCommands wanted) {
    CommandLine line = new CommandLine(new ModuleCommand());
    wanted.add(line, InitCommand.class, () -> new InitCommand(context));
    wanted.add(line, AddCommand.class, () -> new AddCommand(context));
    wanted.add(line, ListCommand.class, () -> new ListCommand(context));
    wanted.add(line, ShowCommand.class, () -> new ShowCommand(context));
    wanted.add(line, HistoryCommand.class, () -> new HistoryCommand(context));
    wanted.add(line, DiffCommand.class, () -> new DiffCommand(context));
    wanted.add(line, PromoteCommand.class, () -> new PromoteCommand(context));
    wanted.add(line, RollbackCommand.class, () -> new RollbackCommand(context));
    wanted.add(line, WithdrawCommand.class, () -> new WithdrawCommand(context));
    wanted.add(line, LiveCommand.class, () -> new LiveCommand(context));
    wanted.add(line, RetireCommand.class, () -> new RetireCommand(context));
    wanted.add(line, RuleCommand.class, () -> new RuleCommand(context));
    wanted.add(line, GrantCommand.class, () -> new GrantCommand(context));
    wanted.add(line, RevokeCommand.class, () -> new RevokeCommand(context));
    wanted.add(line, RolesCommand.class, () -> new RolesCommand(context));
    wanted.add(line, LogCommand.class, () -> new LogCommand(context));
    wanted.add(line, VerifyCommand.class, () -> new VerifyCommand(context));
    wanted.add(line, GcCommand.class, () -> new GcCommand(context));
    wanted.add(line, ExportCommand.class, () -> new ExportCommand(context));
    wanted.add(line, ImportCommand.class, () -> new ImportCommand(context));
    wanted.add(line, DuplicatesCommand.class, () -> new DuplicatesCommand(context));
    wanted.add(line, MergeCommand.class, () -> new MergeCommand(context));
    wanted.add(line, PruneCommand.class, () -> new PruneCommand(context));
    wanted.add(line, TogetherCommand.class, () -> new TogetherCommand(new Session(context)));
    wanted.add(line, TrialCommand.class, () -> new TrialCommand(context));
    wanted.add(line, BackupCommand.class, () -> new BackupCommand(context));
    wanted.add(line, RestoreCommand.class, () -> new RestoreCommand(context));
    return wanted.add(line, TokenCommand.class, () -> TokenCommand.line(context, wanted));
  }
}
