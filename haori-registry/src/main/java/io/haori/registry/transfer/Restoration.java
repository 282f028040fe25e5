package io.haori.registry.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.audit.ChainCheck;
import io.haori.registry.store.BlobOwner;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.BlobStore.Blob;
import io.haori.registry.store.Database;
import io.haori.registry.store.Json;
import io.haori.registry.store.RegistryLocation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Makes a registry of a backup, in a folder or a database, whichever it came from. Log and blobs
 * are checked before the first row is written.
 */
public final class Restoration {
  private static final Pattern BLOB = Pattern.compile(Backup.BLOBS + "[0-9a-f]{64}");

  private final Path file;

  /**
   * Of a file.
   *
   * @param file a backup
   */
  public Restoration(Path file) {
    this.file = file;
  }

  /**
   * Makes the registry.
   *
   * @param location where nothing is yet
   * @param password of the database, or null
   * @param progress hears how many bytes of blobs were restored
   * @return entries of its log
   * @throws UserError when the file is no sound backup, or something is there
   */
  public long restore(RegistryLocation location, @Nullable String password, LongConsumer progress) {
    Path folder = location.folder();
    if (folder == null) {
      return into(location, password, progress);
    }
    Check.require(!Files.exists(folder), "registry", "a new folder", folder + " (it exists)");
    long[] entries = new long[1];
    AtomicFiles.writeFolder(
        folder, target -> entries[0] = into(RegistryLocation.ofFolder(target), password, progress));
    return entries[0];
  }

  private long into(RegistryLocation location, @Nullable String password, LongConsumer progress) {
    if (!Files.isRegularFile(file)) {
      throw Check.in(file, "must be a backup, but no file is there");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      int schema = schema(zip);
      long entries = requireUnbroken(zip);
      // Tables first: a database that holds a registry is refused before blobs are copied to it.
      try (Database database = Database.makeAt(location, password, schema)) {
        blobs(zip, new BlobStore(location.blobs()), progress);
        rows(zip, database, location, schema);
      }
      return entries;
    } catch (IOException e) {
      throw new UserError(file + ": is no sound backup (" + FileFailures.cause(e) + ")", e);
    }
  }

  private int schema(ZipFile zip) throws IOException {
    JsonNode about = Json.tree(String.join("", lines(zip, Backup.ABOUT)));
    int format = about.path("formatVersion").asInt();
    if (format < 1 || format > Backup.FORMAT_VERSION) {
      String bound = "formatVersion must be in [1, " + Backup.FORMAT_VERSION + "], got ";
      throw Check.in(file, bound + format);
    }
    int schema = about.path("schemaVersion").asInt();
    if (schema < 1 || schema > Database.SCHEMA_VERSION) {
      String bound = "schemaVersion must be in [1, " + Database.SCHEMA_VERSION + "], got ";
      throw Check.in(file, bound + schema);
    }
    return schema;
  }

  /** The lines of an entry, read one after another. */
  private List<String> lines(ZipFile zip, String name) throws IOException {
    try (BufferedReader reader = reader(zip, name)) {
      return reader.lines().toList();
    }
  }

  private BufferedReader reader(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw Check.in(file, "is no backup of a registry, " + name + " is missing");
    }
    return new BufferedReader(
        new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8));
  }

  private long requireUnbroken(ZipFile zip) throws IOException {
    JsonNode registry = Json.tree(String.join("", lines(zip, Backup.TABLES + "registry.jsonl")));
    AuditLog.Head head =
        new AuditLog.Head(registry.path("entries").asLong(), registry.path("last_hash").asText());
    ChainCheck check = new ChainCheck();
    Optional<String> broken = Optional.empty();
    try (BufferedReader reader = reader(zip, Backup.TABLES + "audit.jsonl")) {
      Iterator<String> lines = reader.lines().iterator();
      while (broken.isEmpty() && lines.hasNext()) {
        broken = check.next(entry(Json.tree(lines.next())));
      }
    }
    broken = broken.or(() -> check.end(head));
    if (broken.isPresent()) {
      throw Check.in(file, broken.get() + "; nothing was restored");
    }
    return head.entries();
  }

  private static AuditEntry entry(JsonNode row) {
    return new AuditEntry(
        row.path("seq").asLong(),
        Instant.ofEpochMilli(row.path("happened").asLong()),
        row.path("actor").asText(),
        row.path("action").asText(),
        row.path("module").asText(),
        row.path("version").asInt(),
        row.path("outcome").asText(),
        row.path("details").asText(),
        row.path("previous").asText(),
        row.path("hash").asText());
  }

  private void blobs(ZipFile zip, BlobStore blobs, LongConsumer progress) throws IOException {
    long restored = 0;
    for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
      if (entry.getName().startsWith(Backup.BLOBS)) {
        if (!BLOB.matcher(entry.getName()).matches()) {
          throw Check.in(file, "a blob must be named by its digest, got another name");
        }
        Blob blob = new Blob(entry.getName().substring(Backup.BLOBS.length()), entry.getSize());
        try (InputStream in = zip.getInputStream(entry)) {
          blobs.put(blob, in, file, file + ": the blob " + blob.digest() + " is damaged");
        }
        restored += blob.bytes();
        progress.accept(restored);
      }
    }
  }

  private void rows(ZipFile zip, Database database, RegistryLocation location, int schema)
      throws IOException {
    JsonNode registry = Json.tree(String.join("", lines(zip, Backup.TABLES + "registry.jsonl")));
    BlobOwner.write(location.blobs(), registry.path("identity").asText());
    database.write(
        handle -> {
          for (String table : Tables.of(schema)) {
            try (BufferedReader reader = reader(zip, Backup.TABLES + table + ".jsonl")) {
              Tables.fill(handle, table, reader.lines().iterator(), file.toString());
            } catch (IOException e) {
              throw new UserError(file + ": is no sound backup (" + FileFailures.cause(e) + ")", e);
            }
          }
          return true;
        });
  }
}
