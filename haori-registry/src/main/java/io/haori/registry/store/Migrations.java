package io.haori.registry.store;

import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The versions of the tables. A database of an older version is brought up to date when it is
 * opened; one of a newer version is refused.
 */
final class Migrations {
  /** The version of the tables that this code reads and writes. */
  static final int CURRENT = Database.SCHEMA_VERSION;

  private static final String SCHEMA = "classpath:io/haori/registry/schema/";

  private final RegistryLocation location;
  private final DataSource source;
  private final DataSource connections;

  /**
   * Prepares the work.
   *
   * @param location where the tables are
   * @param source for Flyway
   * @param connections for a look, and kept for later
   */
  Migrations(RegistryLocation location, DataSource source, DataSource connections) {
    this.location = location;
    this.source = source;
    this.connections = connections;
  }

  /**
   * Brings the tables up to date.
   *
   * @param create whether to make them where there are none
   */
  void run(boolean create) {
    if (location.isPostgres()) {
      migrate(found(), create);
      return;
    }
    Path file = location.databaseFile();
    if (!Files.exists(file) && !create) {
      throw absent();
    }
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UserError(location + ": cannot be made (" + FileFailures.cause(e) + ")", e);
    }
    if (Files.exists(file) && found() == CURRENT) {
      return;
    }
    oneAtATime(file, create);
  }

  /** Flyway locks no SQLite file, so a file of ours is locked while it works. */
  private void oneAtATime(Path file, boolean create) {
    // A process may lock a file once only.
    synchronized (Migrations.class) {
      try (FileChannel channel =
              FileChannel.open(
                  file.resolveSibling("registry.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid()) {
          migrate(found(), create);
        }
      } catch (IOException e) {
        throw new UserError(location + ": cannot be written (" + FileFailures.cause(e) + ")", e);
      }
    }
  }

  private void migrate(int found, boolean create) {
    if (found > CURRENT) {
      throw new UserError(
          location
              + ": version of the tables must be at most "
              + CURRENT
              + ", got "
              + found
              + " (made by a newer Haori)");
    }
    if (found == 0 && !create) {
      throw absent();
    }
    if (found < CURRENT) {
      to(String.valueOf(CURRENT));
    }
  }

  /**
   * Makes the tables of a version, which need not be the last, where nothing is.
   *
   * @param version at most the current one
   * @throws UserError when there are tables already
   */
  void makeAt(int version) {
    if (!location.isPostgres()) {
      try {
        Files.createDirectories(location.databaseFile().getParent());
      } catch (IOException e) {
        throw new UserError(location + ": cannot be made (" + FileFailures.cause(e) + ")", e);
      }
    }
    if (found() != 0) {
      throw new UserError(location + ": a registry is there already");
    }
    to(String.valueOf(version));
  }

  /** Brings the tables to a version, also to one that is not the last. */
  void to(String version) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations(SCHEMA + "common", SCHEMA + (location.isPostgres() ? "postgres" : "sqlite"))
          .target(version)
          .load()
          .migrate();
    } catch (FlywayException e) {
      if (String.valueOf(e.getMessage()).contains("non-empty schema")) {
        throw new UserError(
            location + ": holds tables of another program; an empty database or schema is needed",
            e);
      }
      throw e;
    }
  }

  private UserError absent() {
    return new UserError(location + ": no registry is there; haori module init or add makes one");
  }

  /** The version of the tables that are there; 0 when there are none. */
  private int found() {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      return hasHistory(statement) ? newest(statement) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int newest(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL")) {
      int newest = 0;
      while (rows.next()) {
        newest = Math.max(newest, Integer.parseInt(rows.getString(1)));
      }
      return newest;
    }
  }

  private boolean hasHistory(Statement statement) throws SQLException {
    String question =
        location.isPostgres()
            ? "SELECT to_regclass('flyway_schema_history') IS NOT NULL"
            : "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'flyway_schema_history')";
    try (ResultSet answer = statement.executeQuery(question)) {
      return answer.next() && answer.getBoolean(1);
    }
  }
}
