package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
            "tuna is not a command or argument of haori; did you mean tune or analyze?\nSee haori --help\n");
  }

  @Test
  void anUnknownOptionIsNamed() {
    Cli run = Cli.run("--colour");

    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(run.err()).isEqualTo("--colour is not an option of haori\nSee haori --help\n");
  }

  @Test
  void helpFitsAHundredColumns() {
    assertThat(Cli.run("--help").out().lines()).allMatch(line -> line.length() <= 100);
  }
}
