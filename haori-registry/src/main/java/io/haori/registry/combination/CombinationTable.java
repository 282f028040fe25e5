package io.haori.registry.combination;

import io.haori.core.check.UserError;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of rules and evidence about combinations. */
public final class CombinationTable {
  /** A loss of the bound itself is allowed, also when its digits are rounded. */
  private static final double ROUNDING = 1e-9;

  private CombinationTable() {}

  static void set(Handle handle, CombinationRule rule) {
    handle.execute("DELETE FROM combination_rule WHERE pattern = ?", rule.pattern().text());
    handle.execute(
        "INSERT INTO combination_rule (pattern, metric, at_most) VALUES (?, ?, ?)",
        rule.pattern().text(),
        rule.metric(),
        rule.atMost());
  }

  static boolean drop(Handle handle, NamePattern pattern) {
    return handle.execute("DELETE FROM combination_rule WHERE pattern = ?", pattern.text()) > 0;
  }

  static List<CombinationRule> rules(Handle handle) {
    return handle
        .createQuery("SELECT pattern, metric, at_most FROM combination_rule ORDER BY pattern")
        .map(
            (row, context) ->
                new CombinationRule(
                    new NamePattern(row.getString(1)), row.getString(2), row.getDouble(3)))
        .list();
  }

  static void insert(
      Handle handle,
      long seq,
      String subject,
      List<MeasuredMember> members,
      Instant now,
      String actor) {
    for (MeasuredMember one : members) {
      handle.execute(
          "INSERT INTO combination (seq, subject, name, version, data_name, split, data_digest,"
              + " metric, alone, together, row_count, happened, actor)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          seq,
          subject,
          one.member().name().text(),
          one.member().number(),
          one.dataName(),
          one.split(),
          one.dataDigest(),
          one.metric(),
          one.alone(),
          one.together(),
          one.rows(),
          now.toEpochMilli(),
          actor);
    }
  }

  /** What was measured of a combination, the last first. */
  static List<MeasuredMember> evidence(Handle handle, String subject) {
    return handle
        .createQuery(
            "SELECT name, version, data_name, split, data_digest, metric, alone, together,"
                + " row_count FROM combination WHERE subject = ? ORDER BY seq DESC, name, version")
        .bind(0, subject)
        .map(
            (row, context) ->
                new MeasuredMember(
                    VersionId.of(row.getString(1), row.getInt(2)),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getDouble(7),
                    row.getDouble(8),
                    row.getInt(9)))
        .list();
  }

  /** What was measured, the last first. */
  static List<MeasuredCombination> all(Handle handle) {
    Map<Long, MeasuredCombination> found = new LinkedHashMap<>();
    handle
        .createQuery(
            "SELECT seq, subject, happened, actor, name, version, data_name, split, data_digest,"
                + " metric, alone, together, row_count FROM combination"
                + " ORDER BY seq DESC, name, version")
        .map(
            (row, context) -> {
              MeasuredMember member =
                  new MeasuredMember(
                      VersionId.of(row.getString(5), row.getInt(6)),
                      row.getString(7),
                      row.getString(8),
                      row.getString(9),
                      row.getString(10),
                      row.getDouble(11),
                      row.getDouble(12),
                      row.getInt(13));
              MeasuredCombination before = found.get(row.getLong(1));
              List<MeasuredMember> members =
                  new ArrayList<>(before == null ? List.of() : before.members());
              members.add(member);
              found.put(
                  row.getLong(1),
                  new MeasuredCombination(
                      row.getString(2),
                      Instant.ofEpochMilli(row.getLong(3)),
                      row.getString(4),
                      members));
              return member;
            })
        .list();
    return List.copyOf(found.values());
  }

  /** The versions that act together in one: those that a mix or a merged module was made of. */
  static List<VersionId> members(Handle handle, VersionId id) {
    return handle
        .createQuery(
            "SELECT parent_name, parent_version FROM version_parent WHERE name = ? AND version = ?"
                + " AND relation IN ('mix', 'merged') ORDER BY parent_name, parent_version")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map((row, context) -> VersionId.of(row.getString(1), row.getInt(2)))
        .list();
  }

  /**
   * Refuses a mix or a merged module in which a member loses more than its rule allows, or was not
   * measured. Every other version is let through.
   *
   * @param handle of a change
   * @param id which version
   */
  public static void requireSafe(Handle handle, VersionId id) {
    requireSafe(handle, id.toString(), members(handle, id));
  }

  static void requireSafe(Handle handle, String subject, List<VersionId> members) {
    if (members.isEmpty()) {
      return;
    }
    List<CombinationRule> rules = rules(handle);
    List<MeasuredMember> evidence = evidence(handle, subject);
    for (VersionId member : members) {
      for (CombinationRule rule : rules) {
        if (rule.pattern().matches(member.name())) {
          requireSafe(subject, member, rule, evidence);
        }
      }
    }
  }

  private static void requireSafe(
      String subject, VersionId member, CombinationRule rule, List<MeasuredMember> evidence) {
    Optional<MeasuredMember> last =
        evidence.stream()
            .filter(one -> one.member().equals(member) && one.metric().equals(rule.metric()))
            .findFirst();
    if (last.isEmpty()) {
      throw new UserError(
          UserError.Kind.STATE,
          String.format(
              Locale.ROOT,
              "loss of %s of %s in %s must be at most %s, got no measurement; haori module together"
                  + " measures it",
              rule.metric(),
              member,
              subject,
              rule.atMost()));
    }
    MeasuredMember found = last.get();
    if (!(found.loss() <= rule.atMost() + ROUNDING)) {
      throw new UserError(
          UserError.Kind.STATE,
          String.format(
              Locale.ROOT,
              "loss of %s of %s in %s on %s (%s) must be at most %s, got %.4f (%.4f alone, %.4f"
                  + " together, %d rows)",
              rule.metric(),
              member,
              subject,
              found.dataName(),
              found.split(),
              rule.atMost(),
              found.loss(),
              found.alone(),
              found.together(),
              found.rows()));
    }
  }
}
