package io.haori.registry.store;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;

/**
 * Pools of connections (HikariCP): opening one costs more than the work, and the last one of a
 * SQLite file that closes writes the whole log back.
 */
final class Connections {
  /**
   * Changes come one after another and looks are short: more connections than these would wait for
   * the database's lock or its processors in place of the pool.
   */
  private static final int MOST = 10;

  private Connections() {}

  /**
   * A pool whose first connection is made when it is wanted first, and kept.
   *
   * @param source makes connections
   * @param name of its threads
   * @param most connections at a time, at least 1
   * @param patience how long somebody waits for a connection, in milliseconds
   */
  private static HikariDataSource pool(DataSource source, String name, int most, long patience) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName(name);
    pool.setDataSource(source);
    pool.setMaximumPoolSize(most);
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(patience);
    return pool;
  }

  /**
   * For a SQLite file, which one connection at a time may write: the others wait for it here.
   *
   * @param source makes connections that write
   * @param patience in milliseconds
   */
  static HikariDataSource ofOneWriter(DataSource source, long patience) {
    return pool(source, "haori-registry-writer", 1, patience);
  }

  /**
   * For many at a time.
   *
   * @param source makes connections
   * @param patience in milliseconds
   */
  static HikariDataSource ofMany(DataSource source, long patience) {
    return pool(source, "haori-registry", MOST, patience);
  }
}
