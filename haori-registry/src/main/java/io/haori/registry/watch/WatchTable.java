package io.haori.registry.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Json;
import io.haori.registry.watch.WatchRecords.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The rows of references, answers and feedback. */
final class WatchTable {
  private WatchTable() {}

  static void insert(
      Handle handle, long seq, VersionId id, DriftReference reference, Instant now, String actor) {
    handle.execute(
        "INSERT INTO drift_reference (seq, name, version, data_name, split, data_digest, profile,"
            + " happened, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq,
        id.name().text(),
        id.number(),
        reference.dataName(),
        reference.split(),
        reference.dataDigest(),
        reference.profile(),
        now.toEpochMilli(),
        actor);
  }

  static Optional<DriftReference> reference(Handle handle, VersionId id) {
    return handle
        .createQuery(
            "SELECT data_name, split, data_digest, profile FROM drift_reference"
                + " WHERE name = ? AND version = ? ORDER BY seq DESC LIMIT 1")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map(
            (row, context) ->
                new DriftReference(
                    row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
        .findOne();
  }

  static void insert(Handle handle, List<ServedAnswer> answers) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO served_answer (request, happened, account, name, version, mix, trial, arm,"
                + " labels, other, scores) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (request) DO NOTHING");
    for (ServedAnswer answer : answers) {
      batch
          .bind(0, answer.request())
          .bind(1, answer.happened().toEpochMilli())
          .bind(2, answer.account())
          .bind(3, answer.id().name().text())
          .bind(4, answer.id().number())
          .bind(5, answer.mix())
          .bind(6, answer.trial())
          .bind(7, answer.arm())
          .bind(8, Json.text(answer.labels()))
          .bind(9, Json.text(answer.other()))
          .bind(10, Json.text(answer.scores()))
          .add();
    }
    if (!answers.isEmpty()) {
      batch.execute();
    }
  }

  static void forget(Handle handle, Instant oldest, int most) {
    handle.execute("DELETE FROM served_answer WHERE happened < ?", oldest.toEpochMilli());
    handle.execute(
        "DELETE FROM served_answer WHERE happened < (SELECT happened FROM served_answer"
            + " ORDER BY happened DESC LIMIT 1 OFFSET ?)",
        most - 1);
  }

  static Optional<ServedAnswer> answer(Handle handle, String request) {
    return handle
        .createQuery(
            "SELECT happened, account, name, version, mix, trial, arm, labels, other, scores"
                + " FROM served_answer WHERE request = ?")
        .bind(0, request)
        .map(
            (row, context) ->
                new ServedAnswer(
                    request,
                    Instant.ofEpochMilli(row.getLong(1)),
                    row.getString(2),
                    VersionId.of(row.getString(3), row.getInt(4)),
                    row.getString(5),
                    row.getLong(6),
                    row.getString(7),
                    texts(row.getString(8)),
                    texts(row.getString(9)),
                    numbers(row.getString(10))))
        .findOne();
  }

  private static List<Double> numbers(String json) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode one : Json.tree(json)) {
      numbers.add(one.asDouble());
    }
    return numbers;
  }

  private static List<String> texts(String json) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : Json.tree(json)) {
      texts.add(one.asText());
    }
    return texts;
  }

  static Outcome insert(
      Handle handle, ServedAnswer answer, int row, String truth, Instant now, String actor) {
    Optional<String> before =
        handle
            .createQuery("SELECT truth FROM feedback WHERE request = ? AND place = ?")
            .bind(0, answer.request())
            .bind(1, row)
            .mapTo(String.class)
            .findOne();
    if (before.isPresent()) {
      return before.get().equals(truth) ? Outcome.KNOWN : Outcome.CONTRADICTED;
    }
    // Nobody else writes meanwhile, so numbers come in the order of the commits.
    long seq =
        1
            + handle
                .createQuery("SELECT COALESCE(MAX(seq), 0) FROM feedback")
                .mapTo(Long.class)
                .one();
    @Nullable Integer other =
        answer.other().isEmpty() ? null : truth.equals(answer.other().get(row)) ? 1 : 0;
    handle.execute(
        "INSERT INTO feedback (seq, request, place, happened, actor, name, version, mix, trial,"
            + " arm, answered, truth, is_right, right_other, score)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq,
        answer.request(),
        row,
        now.toEpochMilli(),
        actor,
        answer.id().name().text(),
        answer.id().number(),
        answer.mix(),
        answer.trial(),
        answer.arm(),
        answer.labels().get(row),
        truth,
        truth.equals(answer.labels().get(row)) ? 1 : 0,
        other,
        answer.scores().isEmpty() ? null : answer.scores().get(row));
    return Outcome.ADDED;
  }

  static List<ScoredFeedback> scored(Handle handle, VersionId id, int most) {
    List<ScoredFeedback> latest =
        handle
            .createQuery(
                "SELECT score, answered, truth FROM feedback"
                    + " WHERE name = ? AND version = ? AND score IS NOT NULL"
                    + " ORDER BY seq DESC LIMIT ?")
            .bind(0, id.name().text())
            .bind(1, id.number())
            .bind(2, most)
            .map(
                (row, context) ->
                    new ScoredFeedback(row.getDouble(1), row.getString(2), row.getString(3)))
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.reverse(latest);
    return latest;
  }

  static List<Feedback> feedbackAfter(Handle handle, long seq, int most) {
    return handle
        .createQuery(
            "SELECT seq, name, version, mix, trial, arm, is_right, right_other FROM feedback"
                + " WHERE seq > ? ORDER BY seq LIMIT ?")
        .bind(0, seq)
        .bind(1, most)
        .map(
            (row, context) ->
                new Feedback(
                    row.getLong(1),
                    VersionId.of(row.getString(2), row.getInt(3)),
                    row.getString(4),
                    row.getLong(5),
                    row.getString(6),
                    row.getInt(7) == 1,
                    row.getObject(8) instanceof Number number ? number.intValue() == 1 : null))
        .list();
  }
}
