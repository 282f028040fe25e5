package io.haori.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.check.UserError;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a database refuses, in words. */
final class DatabaseFailuresTest {
  private static final RegistryLocation LOCATION = RegistryLocation.ofFolder(Path.of("reg"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SQLITE_FULL           | reg: the disk is full; nothing was changed
          SQLITE_IOERR_WRITE    | reg: the disk refuses to read or write; nothing was changed
          SQLITE_BUSY           | reg: is busy, another process has kept it for a minute; nothing was changed
          SQLITE_BUSY_SNAPSHOT  | reg: is busy, another process has kept it for a minute; nothing was changed
          SQLITE_READONLY       | reg: cannot be written by this user; nothing was changed
          SQLITE_CANTOPEN       | reg: registry.db cannot be opened by this user
          SQLITE_NOTADB         | reg: registry.db is damaged; restore it from a backup
          SQLITE_CORRUPT        | reg: registry.db is damaged; restore it from a backup
          """)
  void whatSqliteRefusesIsOneSentence(SQLiteErrorCode code, String sentence) {
    assertThat(explained(new SQLiteException("x", code)))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          53100 | reg: the database is out of space; nothing was changed
          08006 | reg: the database cannot be reached or went away; haori module log shows what was done
          57P01 | reg: the database cannot be reached or went away; haori module log shows what was done
          28P01 | reg: the database refuses its user or password
          3D000 | reg: there is no such database
          25006 | reg: the database may only be read; nothing was changed
          42501 | reg: the database's user lacks a right there; nothing was changed
          55P03 | reg: is busy, another process has kept it for a minute; nothing was changed
          """)
  void whatPostgresRefusesIsOneSentence(String state, String sentence) {
    assertThat(explained(new SQLException("x", state)))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @Test
  void faultsOfOursStayWhatTheyAre() {
    RuntimeException fault = new IllegalStateException(new SQLException("syntax", "42601"));

    assertThat(DatabaseFailures.explained(LOCATION, fault)).isSameAs(fault);
  }

  private static RuntimeException explained(SQLException failure) {
    return DatabaseFailures.explained(LOCATION, new IllegalStateException(failure));
  }
}
