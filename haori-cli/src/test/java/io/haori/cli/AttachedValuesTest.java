package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.AttachedValues;
import io.haori.cli.terminal.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is attached to an option by {@code =} is its value, whatever it looks like. */
final class AttachedValuesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --adapter=-x        | -x: must be an adapter folder with a haori.json, but nothing is there
          --adapter=-hV       | -hV: must be an adapter folder with a haori.json, but nothing is there
          --adapter=--json    | --json: must be an adapter folder with a haori.json, but nothing is there
          --adapter=--        | --: must be an adapter folder with a haori.json, but nothing is there
          --top=-3            | --top must be at least 1, got -3
          --format=-csv       | --format must be one of jsonl, csv, got -csv
          --input=-rows       | -rows: its name must end in .jsonl, .csv, .tsv, .txt or .xlsx, or --input-format be given
          """)
  void anAttachedValueMayBeginWithADash(String option, String sentence) {
    String[] arguments =
        option.startsWith("--adapter")
            ? new String[] {"predict", "--text", "a", option}
            : option.startsWith("--input")
                ? new String[] {"predict", "--adapter", folder.toString(), option}
                : new String[] {"predict", "--adapter", folder.toString(), "--text=-5", option};

    Cli run = Cli.run(arguments);

    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --lr=-1                          | --lr must be above 0 and at most 1000000.0, got -1.0
          --lr=-x                          | --lr must be a number, got -x
          --seed=-1.5                      | --seed must be a whole number, got -1.5
          --epochs=-3                      | --epochs must be at least 1, got -3
          --set=training.warmupShare=-1    | training.warmupShare must be in [0, 1], got -1.0
          --delimiter=--                   | --delimiter must be one character that is no quote, or the word tab, got --
          --data=--out                     | --out: must be a folder with a dataset or a file, but nothing is there
          --json=-x                        | --json must be true or false, got -x
          """)
  void soDoNumbersAndPaths(String option, String sentence) {
    Cli run =
        Cli.run("tune", "--out", folder.resolve("out").toString(), option, "--data", "nowhere");

    assertThat(run.err().lines().findFirst()).contains(sentence);
    assertThat(run.code()).isEqualTo(ExitCode.USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aWordOfItsOwnThatBeginsWithADashIsAnOption() {
    assertThat(Cli.run("tune", "--data", "d", "--epoch", "3").err())
        .isEqualTo(
            """
            --epoch is not an option of haori tune; did you mean --epochs?
            See haori tune --help
            """);
    assertThat(Cli.run("predict", "--adapter", "a", "--text", "b", "--labels", "l.txt").err())
        .isEqualTo(
            """
            --labels is not an option of haori predict; did you mean --head-labels?
            See haori predict --help
            """);
    assertThat(Cli.run("predict", "--adapter", "a", "--text", "-x").err())
        .isEqualTo(
            """
            -x is not an option of haori predict; as a value it is written --text=-x
            See haori predict --help
            """);
    assertThat(Cli.run("predict", "--adapter", "a", "--text", "- it's").err())
        .isEqualTo(
            """
            - it's is not an option of haori predict; as a value it is written --text='- it'\\''s'
            See haori predict --help
            """);
  }

  @Test
  void theLineToTypeAgainHasTheValueAsItWas() {
    assertThat(AttachedValues.marked("tune", "--out=-x", "--lr", "-1", "--", "--a=-b"))
        .containsExactly("tune", "--out=\0-x", "--lr", "-1", "--", "--a=-b");
    assertThat(AttachedValues.plain("--out=\0-x")).isEqualTo("--out=-x");
  }
}
