package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class FailuresTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Failures failures =
      new Failures(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  @Command(name = "haori sample")
  static final class Sample implements Callable<Integer> {
    @Option(names = "--epochs")
    int epochs;

    @Option(names = "--lr")
    double lr;

    @Option(names = "--out", required = true, paramLabel = "DIR")
    Path out = Path.of("");

    @Override
    public Integer call() {
      return 0;
    }
  }

  @Test
  void aMistakeOfTheUserIsReportedWithTheFlagItNames() {
    assertThat(
            failures.tell(
                new UserError("lora.rank must be at least 1, got 0"), flag -> true, false))
        .isEqualTo(2);
    assertThat(said()).isEqualTo("--rank must be at least 1, got 0\n");
  }

  @Test
  void aSettingWithoutAFlagInThisCommandKeepsItsName() {
    failures.tell(new UserError("lora.rank must be at least 1, got 0"), flag -> false, false);

    assertThat(said()).isEqualTo("lora.rank must be at least 1, got 0\n");
  }

  @Test
  void whatTheDiskRefusesIsTheUsersAndNamesPathAndCause() {
    assertThat(
            failures.tell(
                new UncheckedIOException(new AccessDeniedException("/data/secret")),
                flag -> true,
                false))
        .isEqualTo(2);
    assertThat(said()).isEqualTo("/data/secret: cannot be read or written (permission denied)\n");
  }

  @Test
  void aFullDiskIsTheUsers() {
    assertThat(failures.tell(new IOException("No space left on device"), flag -> true, false))
        .isEqualTo(2);
    assertThat(said()).isEqualTo("The disk cannot be read or written (No space left on device)\n");
  }

  @Test
  void filesOfARegistryAreNamedInPlaceOfTemporaryOnes() {
    String temporary = Path.of(System.getProperty("java.io.tmpdir")).toString();

    failures.tell(
        new UserError(temporary + "/haori-module-123/food/haori.json: seed must be a number"),
        flag -> true,
        false);

    assertThat(said()).isEqualTo("reg:food/haori.json: seed must be a number\n");
  }

  @Test
  void aFaultOfOursNamesTheFileWithItsDetails() throws Exception {
    int code = failures.tell(new IllegalStateException("shapes differ"), flag -> true, false);

    assertThat(code).isEqualTo(1);
    Matcher sentence =
        Pattern.compile(
                "Haori failed: IllegalStateException: shapes differ \\(details in (.*)\\)\n")
            .matcher(said());
    assertThat(sentence.matches()).isTrue();
    Path log = Path.of(sentence.group(1));
    assertThat(log).content().contains("java.lang.IllegalStateException: shapes differ\n\tat ");
    Files.delete(log);
  }

  @Test
  void aFaultOfOursIsPrintedWholeWhenDebugging() {
    assertThat(failures.tell(new IllegalStateException("shapes differ"), flag -> true, true))
        .isEqualTo(1);
    assertThat(said())
        .startsWith("java.lang.IllegalStateException: shapes differ\n\tat ")
        .endsWith("Haori failed: IllegalStateException: shapes differ\n");
  }

  @Test
  void aFullHeapSaysWhatHelps() {
    assertThat(failures.tell(new OutOfMemoryError("Java heap space"), flag -> true, true))
        .isEqualTo(1);
    assertThat(said())
        .endsWith("Haori failed: the Java heap is full (more with HAORI_JAVA_OPTS=-Xmx4g)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --out x --epochs five | --epochs must be a whole number, got five
          --out x --lr fast     | --lr must be a number, got fast
          --epochs 1            | --out is missing: haori sample needs it
          --out x --epoch 3     | --epoch is not an option of haori sample; did you mean --epochs?
          --out x y             | y is not a command or argument of haori sample
          --out                 | --out is missing its value DIR
          """)
  void argumentsThatCannotBeReadAreReportedInOneSentence(String arguments, String sentence) {
    CommandLine line = new CommandLine(new Sample()).setParameterExceptionHandler(failures);

    assertThat(line.execute(arguments.split(" "))).isEqualTo(2);
    assertThat(said()).isEqualTo(sentence + "\nSee haori sample --help\n");
  }

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
