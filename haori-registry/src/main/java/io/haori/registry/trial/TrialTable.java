package io.haori.registry.trial;

import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The rows of trials and of rules about what is live. */
public final class TrialTable {
  private static final RowMapper<Trial> TRIAL =
      (row, context) ->
          new Trial(
              row.getLong("id"),
              new LiveTarget(row.getString("place")),
              VersionId.of(row.getString("name"), row.getInt("live")),
              VersionId.of(row.getString("name"), row.getInt("version")),
              TrialKind.of(row.getString("kind")),
              row.getDouble("share"),
              TrialRule.of(row.getString("rule")),
              Instant.ofEpochMilli(row.getLong("happened")),
              row.getString("actor"),
              row.getString("reason"),
              row.getObject("ended") instanceof Number number
                  ? Instant.ofEpochMilli(number.longValue())
                  : null,
              row.getString("result"));

  private TrialTable() {}

  static void insert(Handle handle, Trial trial) {
    handle.execute(
        "INSERT INTO trial (id, name, place, live, version, kind, share, rule, happened, actor,"
            + " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        trial.id(),
        trial.name().text(),
        trial.target().text(),
        trial.live().number(),
        trial.candidate().number(),
        trial.kind().word(),
        trial.share(),
        trial.rule().word(),
        trial.started().toEpochMilli(),
        trial.actor(),
        trial.reason());
  }

  static Optional<Trial> get(Handle handle, long id) {
    return handle.createQuery("SELECT * FROM trial WHERE id = ?").bind(0, id).map(TRIAL).findOne();
  }

  static void end(Handle handle, long id, Instant now, String result) {
    handle.execute(
        "UPDATE trial SET ended = ?, result = ? WHERE id = ?", now.toEpochMilli(), result, id);
  }

  /** Those that run, by module and place. */
  public static List<Trial> running(Handle handle) {
    return handle
        .createQuery("SELECT * FROM trial WHERE ended IS NULL ORDER BY name, place, id")
        .map(TRIAL)
        .list();
  }

  static List<Trial> all(Handle handle) {
    return handle.createQuery("SELECT * FROM trial ORDER BY id DESC").map(TRIAL).list();
  }

  static void set(Handle handle, LiveRule rule) {
    handle.execute("DELETE FROM live_rule WHERE pattern = ?", rule.pattern().text());
    handle.execute(
        "INSERT INTO live_rule (pattern, at_least, actor) VALUES (?, ?, ?)",
        rule.pattern().text(),
        rule.atLeast(),
        rule.actor());
  }

  static boolean drop(Handle handle, NamePattern pattern) {
    return handle.execute("DELETE FROM live_rule WHERE pattern = ?", pattern.text()) > 0;
  }

  /** The rules about what is live. */
  public static List<LiveRule> rules(Handle handle) {
    return handle
        .createQuery("SELECT pattern, at_least, actor FROM live_rule ORDER BY pattern")
        .map(
            (row, context) ->
                new LiveRule(new NamePattern(row.getString(1)), row.getDouble(2), row.getString(3)))
        .list();
  }
}
