package io.haori.registry;

import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.audit.AuditSearch;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.BlobStore.Blob;
import io.haori.registry.version.VersionTable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;

/** Keeps a registry sound and small. */
public final class Maintenance {
  private static final Duration LONGEST_WRITE = Duration.ofDays(1);

  private final Ledger ledger;
  private final BlobStore blobs;

  Maintenance(Ledger ledger, BlobStore blobs) {
    this.ledger = ledger;
    this.blobs = blobs;
  }

  /** Number of entries of the log. */
  public long entries() {
    return ledger.look(
        Intent.ofRegistry("log", Role.VIEWER), handle -> AuditLog.head(handle).entries());
  }

  /**
   * The last entries of the log.
   *
   * @param limit at most this many
   * @return the oldest first
   */
  public List<AuditEntry> log(int limit) {
    return ledger.look(
        Intent.ofRegistry("log", Role.VIEWER), handle -> AuditLog.last(handle, "", limit));
  }

  /**
   * Entries of the log that are looked for.
   *
   * @param search which ones
   * @param limit at most this many
   * @return the newest first
   */
  public List<AuditEntry> search(AuditSearch search, int limit) {
    return ledger.look(
        Intent.ofRegistry("log", Role.VIEWER), handle -> AuditLog.find(handle, search, limit));
  }

  /**
   * The last entries of the log about a module.
   *
   * @param name of the module
   * @param limit at most this many
   * @return the oldest first
   */
  public List<AuditEntry> history(ModuleName name, int limit) {
    return ledger.look(
        Intent.of("history", Role.VIEWER, name),
        handle -> {
          VersionTable.get(
              handle, new VersionId(name, Math.max(1, VersionTable.lastVersion(handle, name))));
          return AuditLog.last(handle, name.text(), limit);
        });
  }

  /**
   * What a check of chain, rows and blobs found.
   *
   * @param entries of the log that were checked
   * @param versions that were compared with it
   * @param blobs that were read through
   * @param bytes of those blobs
   * @param firstBreak in a sentence, or nothing when all is sound
   */
  public record Verification(
      long entries, int versions, int blobs, long bytes, Optional<String> firstBreak) {}

  /**
   * Checks the log, compares the rows with it and reads every blob.
   *
   * @param progress hears how many bytes of blobs were read
   */
  public Verification verify(LongConsumer progress) {
    Verification found = check(progress);
    // A sweep may have taken a blob away that was needed when the check began; not twice.
    return found.firstBreak().isEmpty() ? found : check(progress);
  }

  private Verification check(LongConsumer progress) {
    return ledger.look(
        Intent.ofRegistry("verify", Role.VIEWER),
        handle -> new IntegrityCheck(handle, blobs, progress).run());
  }

  /** Bytes of the blobs that are there. */
  public long blobBytes() {
    return blobs.all().stream().mapToLong(Blob::bytes).sum();
  }

  /**
   * What was deleted, or would be.
   *
   * @param versions whose files are given up
   * @param blobs number of blobs that no version needs
   * @param bytes of those blobs
   */
  public record Sweep(List<VersionId> versions, int blobs, long bytes) {}

  /**
   * Deletes the files of retired versions, and blobs that no version ever needed. What is known of
   * the versions stays.
   *
   * @param olderThan versions that were retired later keep their files
   * @param dryRun whether to say only what would be deleted
   */
  public Sweep sweep(Duration olderThan, boolean dryRun) {
    if (dryRun) {
      return ledger.look(
          Intent.ofRegistry("gc", Role.ADMIN),
          handle -> {
            List<VersionId> retired = retired(handle, ledger.now().minus(olderThan));
            return unneeded(handle, retired);
          });
    }
    // In two steps: a blob goes only after it is on disk that nobody may ask for it.
    List<VersionId> purged =
        ledger.change(
            Intent.ofRegistry("gc", Role.ADMIN),
            change -> {
              List<VersionId> retired = retired(change.handle(), change.now().minus(olderThan));
              for (VersionId id : retired) {
                change
                    .handle()
                    .execute(
                        "UPDATE version_state SET purged = 1 WHERE name = ? AND version = ?",
                        id.name().text(),
                        id.number());
              }
              if (retired.isEmpty()) {
                change.nothingChanged();
              }
              change.note("purged", retired.stream().map(VersionId::toString).toList());
              return retired;
            });
    return ledger.change(
        Intent.ofRegistry("gc", Role.ADMIN),
        change -> {
          Sweep sweep = unneeded(change.handle(), List.of());
          unneededBlobs(change.handle(), List.of()).forEach(blob -> blobs.delete(blob.digest()));
          blobs.deleteLeftovers(change.now().minus(LONGEST_WRITE));
          if (sweep.blobs() == 0) {
            change.nothingChanged();
          }
          change.note("blobs", sweep.blobs());
          change.note("bytes", sweep.bytes());
          return new Sweep(purged, sweep.blobs(), sweep.bytes());
        });
  }

  private static List<VersionId> retired(Handle handle, Instant before) {
    return handle
        .createQuery(
            "SELECT name, version FROM version_state"
                + " WHERE state = 'retired' AND purged = 0 AND changed <= ? ORDER BY name, version")
        .bind(0, before.toEpochMilli())
        .map((row, context) -> VersionId.of(row.getString(1), row.getInt(2)))
        .list();
  }

  private Sweep unneeded(Handle handle, List<VersionId> besides) {
    List<Blob> unneeded = unneededBlobs(handle, besides);
    return new Sweep(besides, unneeded.size(), unneeded.stream().mapToLong(Blob::bytes).sum());
  }

  private List<Blob> unneededBlobs(Handle handle, List<VersionId> besides) {
    Set<VersionId> left = Set.copyOf(besides);
    Set<String> needed = new HashSet<>();
    handle
        .createQuery(
            "SELECT f.name, f.version, f.blob FROM version_file f JOIN version_state s"
                + " ON s.name = f.name AND s.version = f.version WHERE s.purged = 0")
        .map(
            (row, context) ->
                left.contains(VersionId.of(row.getString(1), row.getInt(2)))
                    || needed.add(row.getString(3)))
        .list();
    return blobs.all().stream().filter(blob -> !needed.contains(blob.digest())).toList();
  }

  /** Whether the person is an admin of everything. */
  public boolean isAdmin() {
    return ledger.lookAtOwn((handle, grants) -> AccessTable.allow(grants, Role.ADMIN, null));
  }
}
