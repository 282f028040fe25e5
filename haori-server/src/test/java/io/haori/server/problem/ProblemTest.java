package io.haori.server.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which status a failure has. */
final class ProblemTest {
  private static final String FULL = "No space left on device";

  @Test
  void aFullDiskIsNoMistakeOfTheUserWhateverNoticesIt() {
    List<Throwable> failures =
        List.of(
            FileFailures.unwritable(Path.of("/srv/work/data"), new IOException(FULL)),
            FileFailures.unwritable(
                Path.of("/srv/work/data"), new FileSystemException("/srv/x", null, FULL)),
            new UncheckedIOException(new IOException("Disk quota exceeded")),
            new IllegalStateException("multipart", new IOException(FULL)),
            new UserError(
                "reg: the disk is full; nothing was changed",
                new SQLException("[SQLITE_FULL] (database or disk is full)", null, 13)),
            new UserError("jdbc: out of space", new SQLException("could not extend file", "53100")),
            Refused.reported("orders.csv: cannot be read or written (" + FULL + ")"));
    for (Throwable failure : failures) {
      assertThat(Problem.of(failure))
          .as(failure.toString())
          .isEqualTo(
              new Problem(
                  507,
                  "The server has no room for it",
                  "The server's disk is full; nothing was changed",
                  null,
                  0));
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNoMistakeOfTheUser() {
    List<SQLException> failures =
        List.of(
            new SQLTransientConnectionException("no connection within a minute"),
            new SQLException("connection refused", "08001"),
            new SQLException("terminating connection", "57P01"),
            new SQLException("[SQLITE_BUSY] The database file is locked", null, 5));
    for (SQLException failure : failures) {
      UserError worded = new UserError("reg: cannot be read", new IllegalStateException(failure));
      assertThat(Problem.of(worded))
          .as(failure.toString())
          .isEqualTo(
              new Problem(
                  503,
                  "Not available at present",
                  "The registry cannot be reached at present",
                  null,
                  5));
    }
    assertThat(Problem.of(new UserError("twice", new SQLException("unique", "23505"))).status())
        .isEqualTo(400);
  }

  @Test
  void wordsOfTheUserAreNotTakenForAFullDisk() {
    assertThat(Problem.of(new UserError("label must be one of a, b, got " + FULL)).status())
        .isEqualTo(400);
    String row = "orders.csv:3: must have a label, got \"cannot be written (" + FULL + ") (x\"";
    assertThat(Problem.of(Refused.reported(row)))
        .isEqualTo(Problem.of(new UserError(row)))
        .extracting(Problem::status)
        .isEqualTo(400);
    assertThat(Problem.of(new UserError("a: cannot be read", new IOException("gone"))).status())
        .isEqualTo(400);
  }

  @Test
  void aBoundOfBytesIsSaidInWholeMegabytesWhereItIsThese() {
    assertThat(Refused.tooManyBytes("The file", 100L << 20))
        .hasMessage("The file must have at most 100 MB");
    assertThat(Refused.tooManyBytes("The file", 2_000))
        .hasMessage("The file must have at most 2000 bytes");
  }
}
