package io.haori.registry.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.registry.store.Json;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/** The rows of all tables as JSON objects, one a line. */
final class Tables {
  /** In an order in which each row finds those it refers to. */
  static final List<String> ALL =
      List.of(
          "registry",
          "module",
          "module_version",
          "version_file",
          "version_parent",
          "version_state",
          "evaluation",
          "approval_rule",
          "four_eyes",
          "alias_move",
          "alias",
          "account",
          "account_role",
          "access_token",
          "audit",
          "drift_reference",
          "feedback",
          "trial",
          "live_rule",
          "combination_rule",
          "combination");

  /** How many of these the tables of version 4 and before had. */
  private static final int BEFORE_WATCHING = 15;

  private static final int WATCHING = 5;

  private Tables() {}

  /**
   * The tables that a version had.
   *
   * @param schemaVersion at most the present one
   */
  static List<String> of(int schemaVersion) {
    return schemaVersion < WATCHING ? ALL.subList(0, BEFORE_WATCHING) : ALL;
  }

  /** Takes one line after another. */
  @FunctionalInterface
  interface LineWriter {
    void line(String json) throws IOException;
  }

  static void dump(Handle handle, String table, LineWriter writer) throws IOException {
    String order = table.equals("audit") ? " ORDER BY seq" : "";
    try (ResultIterator<Map<String, Object>> rows =
        handle
            .createQuery("SELECT * FROM " + table + order)
            .setFetchSize(500)
            .map((row, context) -> values(row))
            .iterator()) {
      while (rows.hasNext()) {
        writer.line(Json.text(rows.next()));
      }
    }
  }

  private static Map<String, Object> values(ResultSet row) throws SQLException {
    ResultSetMetaData about = row.getMetaData();
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 1; i <= about.getColumnCount(); i++) {
      values.put(about.getColumnName(i), row.getObject(i));
    }
    return values;
  }

  /** The columns that a table has here. */
  static Set<String> columns(Handle handle, String table) {
    Set<String> columns = new HashSet<>();
    handle
        .createQuery("SELECT * FROM " + table + " WHERE 1 = 0")
        .scanResultSet(
            (rows, context) -> {
              try (var open = rows.get()) {
                for (int i = 1; i <= open.getMetaData().getColumnCount(); i++) {
                  columns.add(open.getMetaData().getColumnName(i));
                }
              }
              return columns;
            });
    return columns;
  }

  /**
   * Writes rows.
   *
   * @param handle of a change
   * @param table one of {@link #ALL}
   * @param lines as {@link #dump} gave them
   * @param origin named in the sentence when a line does not fit
   */
  static void fill(Handle handle, String table, Iterator<String> lines, String origin) {
    Set<String> known = columns(handle, table);
    while (lines.hasNext()) {
      List<String> columns = new ArrayList<>();
      List<@Nullable Object> values = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : Json.tree(lines.next()).properties()) {
        if (!known.contains(entry.getKey())) {
          throw new UserError(origin + ": column of " + table + " is not known, got another");
        }
        columns.add(entry.getKey());
        values.add(value(entry.getValue()));
      }
      String places = String.join(", ", columns.stream().map(column -> "?").toList());
      handle.execute(
          "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + places + ")",
          values.toArray());
    }
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    return node.isNumber() ? (Object) node.doubleValue() : node.asText();
  }
}
