package io.haori.registry.lifecycle;

import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The rows of what is and was live where. */
final class AliasTable {
  private static final RowMapper<AliasMove> MOVE =
      (row, context) ->
          new AliasMove(
              row.getLong("seq"),
              new ModuleName(row.getString("name")),
              new LiveTarget(row.getString("place")),
              row.getObject("version") instanceof Number number ? number.intValue() : null,
              row.getObject("replaced") instanceof Number number ? number.longValue() : null,
              row.getString("action"),
              Instant.ofEpochMilli(row.getLong("happened")),
              row.getString("actor"),
              row.getString("reason"));

  private AliasTable() {}

  /** The last move at a place. */
  static Optional<AliasMove> last(Handle handle, ModuleName name, LiveTarget target) {
    return handle
        .createQuery(
            "SELECT * FROM alias_move WHERE name = ? AND place = ? ORDER BY seq DESC LIMIT 1")
        .bind(0, name.text())
        .bind(1, target.text())
        .map(MOVE)
        .findOne();
  }

  static AliasMove get(Handle handle, long seq) {
    return handle
        .createQuery("SELECT * FROM alias_move WHERE seq = ?")
        .bind(0, seq)
        .map(MOVE)
        .one();
  }

  /** Writes a move and points the alias. */
  static void move(Handle handle, AliasMove move) {
    handle.execute(
        "INSERT INTO alias_move (seq, name, place, version, replaced, action, happened, actor,"
            + " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        move.seq(),
        move.name().text(),
        move.target().text(),
        move.version(),
        move.replaced(),
        move.action(),
        move.happened().toEpochMilli(),
        move.actor(),
        move.reason());
    handle.execute(
        "INSERT INTO alias (name, place, version, move) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (name, place) DO UPDATE SET version = excluded.version,"
            + " move = excluded.move",
        move.name().text(),
        move.target().text(),
        move.version(),
        move.seq());
  }

  /** Where a version is live. */
  static List<LiveTarget> targetsOf(Handle handle, VersionId id) {
    return handle
        .createQuery("SELECT place FROM alias WHERE name = ? AND version = ? ORDER BY place")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map((row, context) -> new LiveTarget(row.getString(1)))
        .list();
  }

  /** The last move at each place up to a moment, those after which nothing was live included. */
  static List<AliasMove> at(Handle handle, Instant moment) {
    return handle
        .createQuery(
            "SELECT * FROM alias_move WHERE seq IN"
                + " (SELECT MAX(seq) FROM alias_move WHERE happened <= ? GROUP BY name, place)"
                + " ORDER BY name, place")
        .bind(0, moment.toEpochMilli())
        .map(MOVE)
        .list();
  }
}
