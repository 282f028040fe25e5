package io.haori.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.registry.Maintenance.Verification;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.BlobStore.Blob;
import io.haori.registry.store.Json;
import io.haori.registry.version.VersionTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;

/**
 * Checks a registry and stops at the first thing that is broken: the log's chain, a version or an
 * alias or an evaluation or a state that differs from the log, a blob that is missing or damaged.
 */
final class IntegrityCheck {
  private static final Set<String> MOVES = Set.of("promote", "rollback", "withdraw");

  private final Handle handle;
  private final BlobStore blobs;
  private final LongConsumer progress;
  private final Map<String, String> records = new TreeMap<>();
  private final Map<String, Integer> live = new TreeMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<Long, String> scores = new HashMap<>();
  private final Set<String> purged = new HashSet<>();
  private long entries;
  private int blobCount;
  private long bytes;

  IntegrityCheck(Handle handle, BlobStore blobs, LongConsumer progress) {
    this.handle = handle;
    this.blobs = blobs;
    this.progress = progress;
  }

  Verification run() {
    Optional<String> broken =
        AuditLog.firstBreak(handle, this::remember)
            .or(this::brokenVersion)
            .or(this::brokenAlias)
            .or(this::brokenEvaluation)
            .or(this::brokenBlob);
    return new Verification(entries, records.size(), blobCount, bytes, broken);
  }

  private void remember(AuditEntry entry) {
    entries++;
    if (!entry.outcome().equals(AuditEntry.DONE)) {
      return;
    }
    JsonNode details = Json.tree(entry.details());
    details
        .path("records")
        .properties()
        .forEach(record -> records.put(record.getKey(), record.getValue().asText()));
    String id = entry.module() + "@" + entry.version();
    if (MOVES.contains(entry.action())) {
      live.put(entry.module() + "@" + details.path("alias").asText(), entry.version());
      if (entry.action().equals("withdraw")) {
        live.remove(entry.module() + "@" + details.path("alias").asText());
      }
    } else if (entry.action().equals("retire") || entry.action().equals("approve")) {
      states.put(id, entry.action());
    } else if (entry.action().equals("evaluate")) {
      scores.put(entry.seq(), id + " " + Json.text(details.path("scores")));
    }
    details.path("retired").forEach(version -> states.put(version.asText(), "retire"));
    details.path("purged").forEach(version -> purged.add(version.asText()));
  }

  private Optional<String> brokenVersion() {
    List<VersionId> ids = VersionTable.all(handle);
    for (VersionId id : ids) {
      String known = records.get(id.toString());
      if (known == null) {
        return Optional.of("version " + id + " is not in the log");
      }
      if (!VersionTable.get(handle, id).recordDigest().equals(known)) {
        return Optional.of("version " + id + " differs from the log");
      }
      Optional<String> state = brokenState(id);
      if (state.isPresent()) {
        return state;
      }
    }
    Set<String> there = new HashSet<>();
    ids.forEach(id -> there.add(id.toString()));
    return records.keySet().stream()
        .filter(id -> !there.contains(id))
        .findFirst()
        .map(id -> "version " + id + " is missing");
  }

  private Optional<String> brokenState(VersionId id) {
    var status = VersionTable.status(handle, id);
    boolean isLive =
        live.entrySet().stream()
            .anyMatch(
                alias ->
                    alias.getKey().startsWith(id.name() + "@") && alias.getValue() == id.number());
    String logged = states.getOrDefault(id.toString(), "");
    boolean right =
        switch (status.state()) {
          case RETIRED -> logged.equals("retire");
          case LIVE -> isLive;
          case APPROVED -> logged.equals("approve") && !isLive;
          case DRAFT, EVALUATED -> logged.isEmpty();
        };
    if (!right || status.purged() != purged.contains(id.toString())) {
      return Optional.of("state of version " + id + " differs from the log");
    }
    return Optional.empty();
  }

  private Optional<String> brokenAlias() {
    Map<String, Integer> found = new TreeMap<>();
    handle
        .createQuery("SELECT name, place, version FROM alias WHERE version IS NOT NULL")
        .map(
            (row, context) ->
                found.put(
                    row.getString(1) + "@" + new LiveTarget(row.getString(2)).alias(),
                    row.getInt(3)))
        .list();
    Set<String> all = new HashSet<>(found.keySet());
    all.addAll(live.keySet());
    return all.stream()
        .sorted()
        .filter(
            alias ->
                !Optional.ofNullable(live.get(alias)).equals(Optional.ofNullable(found.get(alias))))
        .findFirst()
        .map(alias -> "alias " + alias + " differs from the log");
  }

  private Optional<String> brokenEvaluation() {
    Map<Long, String> found = new HashMap<>();
    handle
        .createQuery("SELECT seq, name, version, scores FROM evaluation")
        .map(
            (row, context) ->
                found.put(
                    row.getLong(1),
                    VersionId.of(row.getString(2), row.getInt(3)) + " " + row.getString(4)))
        .list();
    Set<Long> all = new HashSet<>(found.keySet());
    all.addAll(scores.keySet());
    return all.stream()
        .sorted()
        .filter(
            seq ->
                !Optional.ofNullable(scores.get(seq)).equals(Optional.ofNullable(found.get(seq))))
        .findFirst()
        .map(seq -> "evaluation of log entry " + seq + " differs from the log");
  }

  private Optional<String> brokenBlob() {
    List<Blob> needed =
        handle
            .createQuery(
                "SELECT DISTINCT f.blob, f.bytes FROM version_file f JOIN version_state s"
                    + " ON s.name = f.name AND s.version = f.version WHERE s.purged = 0"
                    + " ORDER BY f.blob")
            .map((row, context) -> new Blob(row.getString(1), row.getLong(2)))
            .list();
    for (Blob blob : needed) {
      try {
        blobs.check(blob);
      } catch (UserError e) {
        return Optional.ofNullable(e.getMessage());
      }
      blobCount++;
      bytes += blob.bytes();
      progress.accept(bytes);
    }
    return Optional.empty();
  }
}
