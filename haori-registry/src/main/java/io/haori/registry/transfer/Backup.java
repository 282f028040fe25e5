package io.haori.registry.transfer;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.BlobStore.Blob;
import io.haori.registry.store.Database;
import io.haori.registry.store.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jdbi.v3.core.Handle;

/**
 * Writes a registry into one ZIP file: its rows as of one moment, whoever writes meanwhile, and the
 * blobs that those rows need, which never change. The same file restores into a folder or a
 * database.
 */
public final class Backup {
  /** Version of the file's format that is written; older ones are read for ever. */
  static final int FORMAT_VERSION = 1;

  static final String ABOUT = "backup.json";
  static final String TABLES = "tables/";
  static final String BLOBS = "blobs/";

  /** So often a sweep may delete a blob under the backup, which then begins again. */
  private static final int ATTEMPTS = 10;

  private final Ledger ledger;
  private final BlobStore blobs;

  /** Of one registry, for one person. */
  public Backup(Ledger ledger, BlobStore blobs) {
    this.ledger = ledger;
    this.blobs = blobs;
  }

  /**
   * What was written.
   *
   * @param entries of the log
   * @param blobs number of them
   * @param bytes of the file
   */
  public record Written(long entries, int blobs, long bytes) {}

  private record Snapshot(long entries, List<Blob> blobs) {}

  /**
   * Writes the file as a whole or not at all.
   *
   * @param file new
   * @param progress hears how many bytes of blobs were written
   */
  public Written write(Path file, LongConsumer progress) {
    Check.require(!Files.exists(file), "out", "a new file", file + " (it exists)");
    Snapshot snapshot = attempt(file, progress, ATTEMPTS);
    ledger.change(
        Intent.ofRegistry("backup", Role.ADMIN).with("entries", snapshot.entries()),
        change -> change.seq());
    try {
      return new Written(snapshot.entries(), snapshot.blobs().size(), Files.size(file));
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }

  private Snapshot attempt(Path file, LongConsumer progress, int attempts) {
    Snapshot[] made = new Snapshot[1];
    try {
      AtomicFiles.write(
          file,
          channel -> {
            // Closing the stream would close the channel, which is forced to disk after this.
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setLevel(Deflater.BEST_SPEED);
            made[0] = rows(zip);
            blobs(zip, made[0].blobs(), progress);
            zip.finish();
            out.flush();
          });
      return made[0];
    } catch (UserError e) {
      boolean swept = made[0] != null && !Set.copyOf(needed()).containsAll(made[0].blobs());
      if (swept && attempts > 1) {
        return attempt(file, progress, attempts - 1);
      }
      throw e;
    }
  }

  private Snapshot rows(ZipOutputStream zip) {
    return ledger.look(
        Intent.ofRegistry("backup", Role.ADMIN),
        handle -> {
          try {
            long entries = AuditLog.head(handle).entries();
            zip.putNextEntry(new ZipEntry(ABOUT));
            String about =
                Json.text(
                    Map.of(
                        "formatVersion",
                        FORMAT_VERSION,
                        "schemaVersion",
                        Database.SCHEMA_VERSION,
                        "entries",
                        entries));
            zip.write((about + "\n").getBytes(StandardCharsets.UTF_8));
            for (String table : Tables.ALL) {
              zip.putNextEntry(new ZipEntry(TABLES + table + ".jsonl"));
              Tables.dump(
                  handle, table, line -> zip.write((line + "\n").getBytes(StandardCharsets.UTF_8)));
            }
            return new Snapshot(entries, needed(handle));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private List<Blob> needed() {
    return ledger.look(Intent.ofRegistry("backup", Role.ADMIN), Backup::needed);
  }

  private static List<Blob> needed(Handle handle) {
    return handle
        .createQuery(
            "SELECT DISTINCT f.blob, f.bytes FROM version_file f JOIN version_state s"
                + " ON s.name = f.name AND s.version = f.version WHERE s.purged = 0"
                + " ORDER BY f.blob")
        .map((row, context) -> new Blob(row.getString(1), row.getLong(2)))
        .list();
  }

  private void blobs(ZipOutputStream zip, List<Blob> needed, LongConsumer progress)
      throws IOException {
    long written = 0;
    for (Blob blob : needed) {
      zip.putNextEntry(new ZipEntry(BLOBS + blob.digest()));
      blobs.copy(blob, zip);
      written += blob.bytes();
      progress.accept(written);
    }
  }
}
