package io.haori.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;

/**
 * Connections that are used again: opening one costs more than the work, and the last one of a
 * SQLite file that closes writes the whole log back.
 */
final class ConnectionPool implements ConnectionFactory, AutoCloseable {
  /** A server may have closed an idle connection; asking takes one round trip. */
  private static final int SECONDS_TO_ANSWER = 5;

  private final DataSource source;
  private final boolean overNetwork;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  ConnectionPool(DataSource source, boolean overNetwork) {
    this.source = source;
    this.overNetwork = overNetwork;
  }

  @Override
  public Connection openConnection() throws SQLException {
    for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      if (!overNetwork || one.isValid(SECONDS_TO_ANSWER)) {
        return one;
      }
      one.close();
    }
    return source.getConnection();
  }

  @Override
  public void closeConnection(Connection connection) throws SQLException {
    if (closed) {
      connection.close();
    } else if (!connection.isClosed()) {
      idle.addFirst(connection);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      try {
        one.close();
      } catch (SQLException e) {
        // Every transaction has ended; nothing is lost with a connection.
      }
    }
  }
}
