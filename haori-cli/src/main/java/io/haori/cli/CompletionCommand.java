package io.haori.cli;

import static io.haori.core.check.Check.require;

import io.haori.cli.terminal.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code haori completion}: the script with which a shell completes commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the script with which bash or zsh completes Haori's commands and options."
    },
    footerHeading = "%nExample:%n",
    footer = {"  source <(haori completion bash)     # in ~/.bashrc, or with zsh in ~/.zshrc"})
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  String shell;

  @Override
  public Integer call() {
    require(SHELLS.contains(shell), "SHELL", "one of " + String.join(", ", SHELLS), shell);
    // One script serves both: in zsh it loads the completion of bash.
    spec.commandLine().getOut().print(AutoComplete.bash("haori", spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
