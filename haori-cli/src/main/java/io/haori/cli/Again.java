package io.haori.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line that was given, to be given again. */
final class Again {
  private Again() {}

  /**
   * The same arguments with {@code --resume}.
   *
   * @param spec of the command that runs
   * @param resume whether it stands there already
   */
  static String withResume(CommandSpec spec, boolean resume) {
    return spec.commandLine().getParseResult().originalArgs().stream()
            .map(Again::quoted)
            .collect(Collectors.joining(" "))
        + (resume ? "" : " --resume");
  }

  /** As a shell reads it. */
  private static String quoted(String word) {
    return word.matches("[\\w./:=,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
