package io.haori.registry.version;

import io.haori.core.digest.Sha256;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A version of a module: what will never change of it.
 *
 * @param id name and number
 * @param created when, in milliseconds
 * @param author who added it
 * @param origin how it came to be
 * @param parents versions that it was made of, in ascending order
 * @param files in ascending order of their path
 */
public record ModuleVersion(
    VersionId id,
    Instant created,
    String author,
    Origin origin,
    List<Parent> parents,
    List<StoredFile> files) {
  /** Puts the lists into their order and keeps them from being changed. */
  public ModuleVersion {
    // The order is part of the record's digest; databases have orders of their own.
    parents = parents.stream().sorted(Comparator.comparing(Parent::id)).toList();
    files = files.stream().sorted(ModuleVersion::byPath).toList();
  }

  private static int byPath(StoredFile one, StoredFile other) {
    return Arrays.compareUnsigned(
        one.path().getBytes(StandardCharsets.UTF_8), other.path().getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.blob().bytes()).sum();
  }

  /** SHA-256 over paths and digests of all files: equal for equal folders. */
  public String contentDigest() {
    return contentDigest(files);
  }

  /**
   * SHA-256 over paths and digests of files.
   *
   * @param files in ascending order of their path
   */
  public static String contentDigest(List<StoredFile> files) {
    return Sha256.of(
        Json.text(files.stream().map(file -> List.of(file.path(), file.blob().digest())).toList()));
  }

  /** SHA-256 over everything that is known of the version, which the log repeats. */
  public String recordDigest() {
    return Sha256.of(
        Json.text(
            List.of(
                id.toString(),
                created.toEpochMilli(),
                author,
                origin.method(),
                origin.baseName(),
                origin.baseDigest(),
                origin.details(),
                parents.stream()
                    .map(parent -> List.of(parent.id().toString(), parent.relation().word()))
                    .toList(),
                files.stream()
                    .map(file -> List.of(file.path(), file.blob().digest(), file.blob().bytes()))
                    .toList())));
  }
}
