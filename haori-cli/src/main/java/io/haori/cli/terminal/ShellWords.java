package io.haori.cli.terminal;

import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** A command as the user typed it, fit to be typed again. */
public final class ShellWords {
  private ShellWords() {}

  /** The whole line, beginning with {@code haori} as the user called it. */
  public static String again(CommandSpec spec) {
    return program(System.getenv())
        + " "
        + spec.commandLine().getParseResult().originalArgs().stream()
            .map(AttachedValues::plain)
            .map(ShellWords::quoted)
            .collect(Collectors.joining(" "));
  }

  /**
   * The whole line with {@code --resume}.
   *
   * @param spec of the command that runs
   * @param resume whether it is there already
   */
  public static String withResume(CommandSpec spec, boolean resume) {
    return again(spec) + (resume ? "" : " --resume");
  }

  /** How the launcher was called: {@code haori} where the PATH finds it, else its path. */
  static String program(Map<String, String> environment) {
    return quoted(environment.getOrDefault("HAORI_COMMAND", "haori"));
  }

  /** As a shell reads it. */
  public static String quoted(String word) {
    return word.matches("[\\w./:=,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
