package io.haori.registry.store;

import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The rows of a registry in SQLite or PostgreSQL, read as of one moment and changed one change
 * after another, also by several processes.
 */
public final class Database implements AutoCloseable {
  /** The version of the tables that this code reads and writes. */
  public static final int SCHEMA_VERSION = 6;

  /** How long a change waits for others, in milliseconds. */
  private static final int PATIENCE = 60_000;

  private final RegistryLocation location;
  private final HikariDataSource readers;
  private final HikariDataSource writers;
  private final Jdbi reading;
  private final Jdbi writing;

  private Database(RegistryLocation location, HikariDataSource readers, HikariDataSource writers) {
    this.location = location;
    this.readers = readers;
    this.writers = writers;
    this.reading = Jdbi.create(readers);
    this.writing = readers == writers ? reading : Jdbi.create(writers);
  }

  /**
   * Opens the rows of a registry and brings their tables up to date.
   *
   * @param location where it is
   * @param password of the database, when the URL does not tell it; never shown
   * @param create whether to make it where there is none
   * @throws io.haori.core.check.UserError when there is none, it was made by a newer version, or
   *     the database cannot be reached
   */
  public static Database open(
      RegistryLocation location, @Nullable String password, boolean create) {
    return open(location, password, migrations -> migrations.run(create));
  }

  /**
   * Makes tables as an older version had them, where nothing is, to be filled and opened anew.
   *
   * @param location where they are made
   * @param password of the database, or null
   * @param schemaVersion at most {@link #SCHEMA_VERSION}
   */
  public static Database makeAt(
      RegistryLocation location, @Nullable String password, int schemaVersion) {
    return open(location, password, migrations -> migrations.makeAt(schemaVersion));
  }

  private static Database open(
      RegistryLocation location, @Nullable String password, Consumer<Migrations> prepare) {
    DataSource forWriting =
        location.isPostgres()
            ? postgres(location, password)
            : sqlite(location, SQLiteConfig.TransactionMode.IMMEDIATE);
    HikariDataSource writers =
        location.isPostgres()
            ? Connections.ofMany(forWriting, PATIENCE)
            : Connections.ofOneWriter(forWriting, PATIENCE);
    try {
      prepare.accept(new Migrations(location, forWriting, writers));
    } catch (RuntimeException e) {
      writers.close();
      throw DatabaseFailures.explained(location, e);
    }
    if (location.isPostgres()) {
      return new Database(location, writers, writers);
    }
    DataSource forReading = sqlite(location, SQLiteConfig.TransactionMode.DEFERRED);
    return new Database(location, Connections.ofMany(forReading, PATIENCE), writers);
  }

  private static DataSource sqlite(RegistryLocation location, SQLiteConfig.TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(PATIENCE);
    // Readers see the last commit while somebody writes, and a commit is one write to the log.
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // The log is forced to disk with each commit: what was reported as done survives a power cut.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setTransactionMode(mode);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(location.jdbcUrl());
    return source;
  }

  private static DataSource postgres(RegistryLocation location, @Nullable String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(location.jdbcUrl());
    source.setApplicationName("haori");
    source.setConnectTimeout(10);
    source.setTcpKeepAlive(true);
    if (password != null) {
      source.setPassword(password);
    }
    return source;
  }

  /** Where the rows are. */
  public RegistryLocation location() {
    return location;
  }

  /**
   * Reads all as of one moment.
   *
   * @param work gets a handle that is valid until it returns
   * @param <T> what it finds
   */
  public <T> T read(Function<Handle, T> work) {
    try {
      return location.isPostgres()
          ? reading.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work::apply)
          : reading.inTransaction(work::apply);
    } catch (RuntimeException e) {
      throw DatabaseFailures.explained(location, e);
    }
  }

  /**
   * Asks one question, in less round trips than {@link #read} needs.
   *
   * @param question gets a handle that is valid until it returns, and asks one statement
   * @param <T> what it finds
   */
  public <T> T ask(Function<Handle, T> question) {
    try {
      return reading.withHandle(question::apply);
    } catch (RuntimeException e) {
      throw DatabaseFailures.explained(location, e);
    }
  }

  /**
   * Changes rows: all that the work does is done, or nothing when it throws or the process dies. No
   * other change of this registry happens meanwhile.
   *
   * @param work gets a handle that is valid until it returns
   * @param <T> what it finds
   */
  public <T> T write(Function<Handle, T> work) {
    try {
      return writing.inTransaction(
          handle -> {
            if (location.isPostgres()) {
              handle.execute("SET LOCAL lock_timeout = " + PATIENCE);
              handle.execute("SELECT id FROM registry WHERE id = 1 FOR UPDATE");
            }
            return work.apply(handle);
          });
    } catch (RuntimeException e) {
      throw DatabaseFailures.explained(location, e);
    }
  }

  @Override
  public void close() {
    readers.close();
    writers.close();
  }
}
