package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.session.CommandContext;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.ExitCode;
import java.io.ByteArrayInputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
  @Test
  void helpGoesToStdout() {
    Cli run = Cli.run("--help");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("Usage: haori").contains("130: interrupted and saved");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void noCommandIsAMistakeAndShowsTheCommands() {
    Cli run = Cli.run();

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: haori");
  }

  @Test
  void anUnknownCommandIsNamed() {
    Cli run = Cli.run("tuna");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err())
        .isEqualTo(
            "tuna is not a command or argument of haori; did you mean tune?\nSee haori --help\n");
  }

  @Test
  void anUnknownOptionIsNamed() {
    Cli run = Cli.run("--colour");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err()).isEqualTo("--colour is not an option of haori\nSee haori --help\n");
  }

  @Test
  void helpIsFormattedAndNotQuotedAsItIs() {
    var console =
        new Console(
            new ByteArrayInputStream(new byte[0]), System.out, System.err, false, false, 100);
    try (Session session =
        new Session(new CommandContext(console, InstantSource.system(), System.getenv()))) {
      CommandLine all =
          new Main(console, InstantSource.system()).commandLine(session, "completion");

      assertThat(texts(all))
          .hasSizeGreaterThan(200)
          .allSatisfy(text -> assertThat(String.format(text)).isNotNull());
    }
  }

  /** Picocli takes each as a format: a single percent sign makes it warn on stderr. */
  private static List<String> texts(CommandLine line) {
    var texts = new ArrayList<>(List.of(line.getCommandSpec().usageMessage().description()));
    line.getCommandSpec().args().forEach(one -> texts.addAll(List.of(one.description())));
    line.getSubcommands().values().forEach(one -> texts.addAll(texts(one)));
    return texts;
  }

  @Test
  void helpFitsAHundredColumns() {
    assertThat(Cli.run("--help").out().lines()).allMatch(line -> line.length() <= 100);
  }
}
