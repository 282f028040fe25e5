package io.haori.cli.terminal;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes those commands whole whose name is among the arguments; of all others only what the list of
 * commands shows.
 *
 * <p>A whole command costs the reading of all its options by reflection, several milliseconds each,
 * and {@code --help} or a prediction of one text would wait for that of fifty commands.
 */
public final class WantedCommands {
  private final Set<String> words;

  private WantedCommands(Set<String> words) {
    this.words = words;
  }

  /**
   * Commands for one run.
   *
   * @param arguments as the user typed them; {@code completion} wants every command
   */
  public static WantedCommands of(String... arguments) {
    return new WantedCommands(Set.copyOf(List.of(arguments)));
  }

  /**
   * Adds a command to another.
   *
   * @param parent receives it
   * @param type the command's class, which has picocli's annotation
   * @param whole makes the command, or its {@link CommandLine} where further ones are below it
   * @return {@code parent}
   */
  public CommandLine add(CommandLine parent, Class<?> type, Supplier<?> whole) {
    Command named = requireNonNull(type.getAnnotation(Command.class), type.getName());
    boolean wanted = words.contains("completion") || words.contains(named.name());
    return parent.addSubcommand(named.name(), wanted ? whole.get() : listed(named));
  }

  private static CommandSpec listed(Command named) {
    CommandSpec spec = CommandSpec.create().name(named.name());
    spec.usageMessage()
        .header(named.header())
        .description(named.description())
        .hidden(named.hidden());
    return spec;
  }
}
