package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What somebody can do who has the database and not the registry's commands. */
final class RawRows {
  private RawRows() {}

  static void execute(RegistryLocation location, String... statements) {
    try (Connection connection = DriverManager.getConnection(location.jdbcUrl());
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The first column of the first row. */
  static String ask(RegistryLocation location, String question) {
    try (Connection connection = DriverManager.getConnection(location.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      return rows.next() ? rows.getString(1) : "nothing";
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The same after the triggers that forbid it were removed. */
  static void executeByForce(RegistryLocation location, String table, String statement) {
    if (location.isPostgres()) {
      execute(location, "DROP TRIGGER " + table + "_append_only ON " + table, statement);
    } else {
      execute(
          location,
          "DROP TRIGGER " + table + "_no_update",
          "DROP TRIGGER " + table + "_no_delete",
          statement);
    }
  }
}
