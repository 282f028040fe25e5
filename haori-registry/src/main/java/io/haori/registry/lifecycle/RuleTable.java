package io.haori.registry.lifecycle;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of rules and evaluations. */
final class RuleTable {
  private RuleTable() {}

  static void set(Handle handle, ApprovalRule rule) {
    handle.execute(
        "DELETE FROM approval_rule WHERE pattern = ? AND data_name = ? AND split = ? AND metric = ?",
        rule.pattern().text(),
        rule.dataName(),
        rule.split(),
        rule.metric());
    handle.execute(
        "INSERT INTO approval_rule (pattern, data_name, split, metric, at_least, data_digest)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        rule.pattern().text(),
        rule.dataName(),
        rule.split(),
        rule.metric(),
        rule.atLeast(),
        rule.dataDigest() == null ? "" : rule.dataDigest());
  }

  /** Removes all rules of a pattern and says which there were. */
  static List<String> drop(Handle handle, NamePattern pattern) {
    List<String> removed = new ArrayList<>();
    all(handle).stream()
        .filter(rule -> rule.pattern().equals(pattern))
        .forEach(rule -> removed.add(rule.asks()));
    if (fourEyes(handle).contains(pattern)) {
      removed.add(ApprovalRule.ANOTHER_PERSON);
    }
    handle.execute("DELETE FROM approval_rule WHERE pattern = ?", pattern.text());
    handle.execute("DELETE FROM four_eyes WHERE pattern = ?", pattern.text());
    return removed;
  }

  /**
   * Whether approval of a module waits for an evaluation: it does unless another person is all that
   * its rules ask for.
   */
  static boolean asksForScores(Handle handle, ModuleName name) {
    return all(handle).stream().anyMatch(rule -> rule.pattern().matches(name))
        || fourEyes(handle).stream().noneMatch(pattern -> pattern.matches(name));
  }

  static List<ApprovalRule> all(Handle handle) {
    return handle
        .createQuery("SELECT * FROM approval_rule ORDER BY pattern, data_name, split, metric")
        .map(
            (row, context) ->
                new ApprovalRule(
                    new NamePattern(row.getString("pattern")),
                    row.getString("data_name"),
                    row.getString("split"),
                    row.getString("metric"),
                    row.getDouble("at_least"),
                    row.getString("data_digest").isEmpty() ? null : row.getString("data_digest")))
        .list();
  }

  static void setFourEyes(Handle handle, NamePattern pattern, boolean on) {
    handle.execute("DELETE FROM four_eyes WHERE pattern = ?", pattern.text());
    if (on) {
      handle.execute("INSERT INTO four_eyes (pattern) VALUES (?)", pattern.text());
    }
  }

  static List<NamePattern> fourEyes(Handle handle) {
    return handle
        .createQuery("SELECT pattern FROM four_eyes ORDER BY pattern")
        .map((row, context) -> new NamePattern(row.getString(1)))
        .list();
  }

  static void insert(
      Handle handle, long seq, VersionId id, Evaluation evaluation, Instant now, String actor) {
    handle.execute(
        "INSERT INTO evaluation (seq, name, version, data_name, split, data_digest, scores,"
            + " happened, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq,
        id.name().text(),
        id.number(),
        evaluation.dataName(),
        evaluation.split(),
        evaluation.dataDigest(),
        Json.text(evaluation.scores()),
        now.toEpochMilli(),
        actor);
  }

  static List<RecordedEvaluation> evaluations(Handle handle, VersionId id) {
    return handle
        .createQuery(
            "SELECT data_name, split, data_digest, scores, happened, actor FROM evaluation"
                + " WHERE name = ? AND version = ? ORDER BY seq")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map(
            (row, context) ->
                new RecordedEvaluation(
                    new Evaluation(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Json.numbers(row.getString(4))),
                    Instant.ofEpochMilli(row.getLong(5)),
                    row.getString(6)))
        .list();
  }

  /**
   * Refuses a version that the rules do not let through.
   *
   * @param handle of a change
   * @param id the version
   * @param author who added it
   * @param approver who wants to approve it
   */
  static void requireFulfilled(Handle handle, VersionId id, String author, String approver) {
    ModuleName name = id.name();
    boolean fourEyes = fourEyes(handle).stream().anyMatch(pattern -> pattern.matches(name));
    if (fourEyes && author.equals(approver)) {
      throw new UserError(
          "approver of " + id + " must be another than its author " + author + ", got " + approver);
    }
    List<ApprovalRule> rules =
        all(handle).stream().filter(rule -> rule.pattern().matches(name)).toList();
    if (rules.isEmpty() && !fourEyes) {
      throw new UserError(
          "approval of "
              + name
              + " must have a rule, got none; haori module rule sets one: a data set with a metric"
              + " and a bound, or another person than the author");
    }
    List<RecordedEvaluation> evaluations = evaluations(handle, id);
    for (ApprovalRule rule : rules) {
      Optional<Double> reached = reached(rule, evaluations);
      if (reached.isEmpty() || !(reached.get() >= rule.atLeast())) {
        throw new UserError(
            rule.metric()
                + " of "
                + id
                + " on "
                + rule.dataName()
                + " ("
                + rule.split()
                + ") must be at least "
                + rule.atLeast()
                + ", got "
                + reached.map(String::valueOf).orElse("no evaluation"));
      }
    }
  }

  /** The metric as it was measured last. */
  private static Optional<Double> reached(ApprovalRule rule, List<RecordedEvaluation> evaluations) {
    return evaluations.stream()
        .map(RecordedEvaluation::evaluation)
        .filter(one -> one.dataName().equals(rule.dataName()) && one.split().equals(rule.split()))
        .filter(one -> rule.dataDigest() == null || one.dataDigest().equals(rule.dataDigest()))
        .flatMap(one -> Optional.ofNullable(one.scores().get(rule.metric())).stream())
        .reduce((earlier, later) -> later);
  }
}
