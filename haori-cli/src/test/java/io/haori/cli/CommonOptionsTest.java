package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.cli.session.CommonOptions;
import io.haori.core.check.UserError;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class CommonOptionsTest {
  @Command(name = "any")
  static final class AnyCommand implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      return 0;
    }
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    CommonOptions common = parse();

    assertThat(common.baseOr("that of the adapter")).isEqualTo("that of the adapter");
    assertThat(common.precision).isEqualTo("auto");
    assertThat(common.basePrecision).isEqualTo("auto");
    assertThat(common.device).isEqualTo("auto");
    assertThat(common.threads).isNull();
    assertThat(common.seed).isEqualTo(42);
    assertThat(common.json).isFalse();
    assertThat(common.quiet).isFalse();
    common.check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --precision | fp64 | --precision must be one of auto, fp32, bf16, got fp64
          --base-precision | int2 | --base-precision must be one of auto, fp32, bf16, int8, int4, got int2
          --device    | tpu  | --device must be one of auto, cpu, cuda, got tpu
          --threads   | 0    | --threads must be at least 1, got 0
          --base      | ' '  | --base must be the name of a base or a folder, got nothing
          """)
  void refusesAValueOutOfItsBoundByName(String option, String value, String message) {
    CommonOptions common = parse(option, value);

    assertThatThrownBy(common::check).isInstanceOf(UserError.class).hasMessage(message);
  }

  private static CommonOptions parse(String... arguments) {
    AnyCommand command = new AnyCommand();
    new CommandLine(command).parseArgs(arguments);
    return command.common;
  }
}
