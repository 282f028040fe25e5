package io.haori.registry.version;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.BlobStore.Blob;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The rows of versions. */
public final class VersionTable {
  private VersionTable() {}

  /**
   * The number of the next version; the module is made when it is new.
   *
   * @param handle of a change
   * @param name of the module
   * @param now when
   */
  public static VersionId next(Handle handle, ModuleName name, Instant now) {
    handle.execute(
        "INSERT INTO module (name, created, last_version) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
        name.text(),
        now.toEpochMilli());
    handle.execute("UPDATE module SET last_version = last_version + 1 WHERE name = ?", name.text());
    int number =
        handle
            .createQuery("SELECT last_version FROM module WHERE name = ?")
            .bind(0, name.text())
            .mapTo(Integer.class)
            .one();
    return new VersionId(name, number);
  }

  /**
   * Takes the number that a version has elsewhere; it must be the module's next.
   *
   * @param handle of a change
   * @param id name and number
   * @param now when
   */
  public static void take(Handle handle, VersionId id, Instant now) {
    VersionId next = next(handle, id.name(), now);
    if (!next.equals(id)) {
      throw new IllegalStateException("the next version is " + next + ", not " + id);
    }
  }

  /**
   * Writes a version that is new, without what it was made of.
   *
   * @param handle of a change
   * @param version all of it
   * @param status its first state
   */
  public static void insert(Handle handle, ModuleVersion version, VersionStatus status) {
    String name = version.id().name().text();
    int number = version.id().number();
    handle.execute(
        "INSERT INTO module_version (name, version, content_digest, record_digest, created, author,"
            + " method, base_name, base_digest, bytes, details)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        name,
        number,
        version.contentDigest(),
        version.recordDigest(),
        version.created().toEpochMilli(),
        version.author(),
        version.origin().method(),
        version.origin().baseName(),
        version.origin().baseDigest(),
        version.bytes(),
        version.origin().details());
    for (StoredFile file : version.files()) {
      handle.execute(
          "INSERT INTO version_file (name, version, path, blob, bytes) VALUES (?, ?, ?, ?, ?)",
          name,
          number,
          file.path(),
          file.blob().digest(),
          file.blob().bytes());
    }
    handle.execute(
        "INSERT INTO version_state (name, version, state, changed, purged) VALUES (?, ?, ?, ?, ?)",
        name,
        number,
        status.state().word(),
        status.changed().toEpochMilli(),
        status.purged() ? 1 : 0);
  }

  /**
   * Writes what a version was made of; all of it is there.
   *
   * @param handle of a change
   * @param version all of it
   */
  public static void insertParents(Handle handle, ModuleVersion version) {
    for (Parent parent : version.parents()) {
      handle.execute(
          "INSERT INTO version_parent (name, version, parent_name, parent_version, relation)"
              + " VALUES (?, ?, ?, ?, ?)",
          version.id().name().text(),
          version.id().number(),
          parent.id().name().text(),
          parent.id().number(),
          parent.relation().word());
    }
  }

  /** A version, if there is one of that name and number. */
  public static Optional<ModuleVersion> find(Handle handle, VersionId id) {
    List<Parent> parents =
        handle
            .createQuery(
                "SELECT parent_name, parent_version, relation FROM version_parent"
                    + " WHERE name = ? AND version = ? ORDER BY parent_name, parent_version")
            .bind(0, id.name().text())
            .bind(1, id.number())
            .map(
                (row, context) ->
                    new Parent(
                        VersionId.of(row.getString(1), row.getInt(2)),
                        Relation.of(row.getString(3))))
            .list();
    List<StoredFile> files =
        handle
            .createQuery(
                "SELECT path, blob, bytes FROM version_file WHERE name = ? AND version = ?"
                    + " ORDER BY path")
            .bind(0, id.name().text())
            .bind(1, id.number())
            .map(
                (row, context) ->
                    new StoredFile(row.getString(1), new Blob(row.getString(2), row.getLong(3))))
            .list();
    return handle
        .createQuery(
            "SELECT created, author, method, base_name, base_digest, details FROM module_version"
                + " WHERE name = ? AND version = ?")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map(
            (row, context) ->
                new ModuleVersion(
                    id,
                    Instant.ofEpochMilli(row.getLong(1)),
                    row.getString(2),
                    Origin.of(
                        row.getString(3), row.getString(4), row.getString(5), row.getString(6)),
                    parents,
                    files))
        .findOne();
  }

  /**
   * A version that must be there.
   *
   * @throws UserError when there is none
   */
  public static ModuleVersion get(Handle handle, VersionId id) {
    return find(handle, id).orElseThrow(() -> absent(handle, id));
  }

  private static UserError absent(Handle handle, VersionId id) {
    int last = lastVersion(handle, id.name());
    return new UserError(
        last == 0
            ? "No module named " + id.name() + " in this registry"
            : "version of " + id.name() + " must be in [1, " + last + "], got " + id.number());
  }

  /** The number of a module's newest version, 0 when there is no such module. */
  public static int lastVersion(Handle handle, ModuleName name) {
    return handle
        .createQuery("SELECT last_version FROM module WHERE name = ?")
        .bind(0, name.text())
        .mapTo(Integer.class)
        .findOne()
        .orElse(0);
  }

  /** All versions of a module, in ascending order. */
  public static List<VersionId> of(Handle handle, ModuleName name) {
    return handle
        .createQuery("SELECT version FROM module_version WHERE name = ? ORDER BY version")
        .bind(0, name.text())
        .map((row, context) -> new VersionId(name, row.getInt(1)))
        .list();
  }

  /** All versions of all modules, in ascending order. */
  public static List<VersionId> all(Handle handle) {
    return handle
        .createQuery("SELECT name, version FROM module_version ORDER BY name, version")
        .map((row, context) -> VersionId.of(row.getString(1), row.getInt(2)))
        .list();
  }

  /**
   * State of a version, and since when.
   *
   * @throws UserError when there is no such version
   */
  public static VersionStatus status(Handle handle, VersionId id) {
    return handle
        .createQuery(
            "SELECT state, changed, purged FROM version_state WHERE name = ? AND version = ?")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map(
            (row, context) ->
                new VersionStatus(
                    State.of(row.getString(1)),
                    Instant.ofEpochMilli(row.getLong(2)),
                    row.getInt(3) != 0))
        .findOne()
        .orElseThrow(() -> absent(handle, id));
  }

  /** Moves a version to another state. */
  public static void setState(Handle handle, VersionId id, State state, Instant now) {
    handle.execute(
        "UPDATE version_state SET state = ?, changed = ? WHERE name = ? AND version = ?",
        state.word(),
        now.toEpochMilli(),
        id.name().text(),
        id.number());
  }

  /** A version of a module that is not retired and holds the same files, the newest of them. */
  public static Optional<VersionId> withContent(Handle handle, ModuleName name, String digest) {
    return handle
        .createQuery(
            "SELECT v.version FROM module_version v JOIN version_state s"
                + " ON s.name = v.name AND s.version = v.version"
                + " WHERE v.name = ? AND v.content_digest = ? AND s.state <> 'retired'"
                + " ORDER BY v.version DESC LIMIT 1")
        .bind(0, name.text())
        .bind(1, digest)
        .map((row, context) -> new VersionId(name, row.getInt(1)))
        .findOne();
  }

  /**
   * Versions in use on a base that hold all of these files among others, the newest first.
   *
   * @param handle of a read
   * @param files at least one
   * @param baseDigest of the base
   */
  public static List<VersionId> withFiles(
      Handle handle, List<StoredFile> files, String baseDigest) {
    Set<VersionId> holding = null;
    for (StoredFile file : files) {
      List<VersionId> found =
          handle
              .createQuery(
                  "SELECT f.name, f.version FROM version_file f JOIN version_state s"
                      + " ON s.name = f.name AND s.version = f.version JOIN module_version v"
                      + " ON v.name = f.name AND v.version = f.version"
                      + " WHERE f.blob = ? AND f.path = ? AND s.state <> 'retired'"
                      + " AND v.base_digest = ?"
                      + " ORDER BY s.changed DESC, f.name, f.version DESC")
              .bind(0, file.blob().digest())
              .bind(1, file.path())
              .bind(2, baseDigest)
              .map((row, context) -> VersionId.of(row.getString(1), row.getInt(2)))
              .list();
      if (holding == null) {
        holding = new LinkedHashSet<>(found);
      } else {
        holding.retainAll(found);
      }
    }
    return holding == null ? List.of() : List.copyOf(holding);
  }

  /**
   * The version that a reference means.
   *
   * @throws UserError when it means none
   */
  public static VersionId resolve(Handle handle, ModuleReference reference) {
    if (reference instanceof ModuleReference.Numbered numbered) {
      status(handle, numbered.id());
      return numbered.id();
    }
    ModuleName name = reference.name();
    if (lastVersion(handle, name) == 0) {
      throw absent(handle, new VersionId(name, 1));
    }
    return reference instanceof ModuleReference.Live live
        ? live(handle, live)
        : newest(handle, name);
  }

  private static VersionId live(Handle handle, ModuleReference.Live live) {
    Optional<Integer> number =
        handle
            .createQuery(
                "SELECT version FROM alias WHERE name = ? AND place = ? AND version IS NOT NULL")
            .bind(0, live.name().text())
            .bind(1, live.target().text())
            .mapTo(Integer.class)
            .findOne();
    if (number.isEmpty()) {
      List<String> targets =
          handle
              .createQuery(
                  "SELECT place FROM alias WHERE name = ? AND version IS NOT NULL ORDER BY place")
              .bind(0, live.name().text())
              .map(
                  (row, context) ->
                      row.getString(1).isEmpty() ? "live" : "live/" + row.getString(1))
              .list();
      throw new UserError(
          "No version of "
              + live.name()
              + " is "
              + live.target()
              + (targets.isEmpty() ? "" : ", only " + String.join(", ", targets)));
    }
    return new VersionId(live.name(), number.get());
  }

  private static VersionId newest(Handle handle, ModuleName name) {
    return handle
        .createQuery("SELECT MAX(version) FROM version_state WHERE name = ? AND state <> 'retired'")
        .bind(0, name.text())
        .mapTo(Integer.class)
        .findOne()
        .map(number -> new VersionId(name, number))
        .orElseThrow(() -> new UserError("No version of " + name + " is in use, all are retired"));
  }
}
