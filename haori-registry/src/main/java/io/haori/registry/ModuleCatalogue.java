package io.haori.registry;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.ledger.Change;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.BlobStore;
import io.haori.registry.version.FolderContent;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.State;
import io.haori.registry.version.StoredFile;
import io.haori.registry.version.VersionStatus;
import io.haori.registry.version.VersionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The versions of a registry: put in, looked at, taken out. */
public final class ModuleCatalogue {
  private final Ledger ledger;
  private final BlobStore blobs;

  ModuleCatalogue(Ledger ledger, BlobStore blobs) {
    this.ledger = ledger;
    this.blobs = blobs;
  }

  /**
   * Adds a folder as the next version of a module. A folder whose files are those of a version in
   * use already is that version.
   *
   * @param folder an adapter folder; not changed
   * @param name of the module, new or not
   * @param addition what else is known of it
   * @return the version
   * @throws UserError when the folder is not complete and sound, or the role is missing
   */
  public Added add(Path folder, ModuleName name, Addition addition) {
    Intent intent = Intent.of("add", Role.AUTHOR, name);
    FolderContent content = FolderContent.read(folder, addition.base());
    // Before anything is copied; asked again when the rows are written.
    requireMayAdd(name);
    List<StoredFile> files = new ArrayList<>();
    for (Path file : content.files()) {
      files.add(new StoredFile(slashed(file), blobs.put(folder.resolve(file))));
    }
    return ledger.change(intent, change -> insert(change, content, name, files, addition));
  }

  private static String slashed(Path path) {
    List<String> parts = new ArrayList<>();
    path.forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  private Added insert(
      Change change,
      FolderContent content,
      ModuleName name,
      List<StoredFile> files,
      Addition addition) {
    Handle handle = change.handle();
    // Blobs that nobody used yet may have been swept away since; now nobody sweeps.
    for (StoredFile file : files) {
      if (!blobs.isThere(file.blob())
          && !blobs.put(content.folder().resolve(file.path())).equals(file.blob())) {
        throw Check.in(content.folder(), "was changed while it was added; nothing was added");
      }
    }
    for (Parent parent : addition.parents()) {
      AccessTable.require(handle, change.actor(), Role.VIEWER, parent.id().name());
      State state = VersionTable.status(handle, parent.id()).state();
      Check.require(
          state != State.RETIRED, "state of " + parent.id(), "another than retired", state.word());
    }
    ModuleVersion candidate =
        new ModuleVersion(
            new VersionId(name, 1),
            change.now(),
            change.actor(),
            content.origin(),
            addition.parents(),
            files);
    Optional<VersionId> equal = VersionTable.withContent(handle, name, candidate.contentDigest());
    if (equal.isPresent()) {
      change.nothingChanged();
      return new Added(VersionTable.get(handle, equal.get()), false);
    }
    ModuleVersion version =
        new ModuleVersion(
            VersionTable.next(handle, name, change.now()),
            candidate.created(),
            candidate.author(),
            candidate.origin(),
            candidate.parents(),
            candidate.files());
    VersionTable.insert(handle, version, new VersionStatus(State.DRAFT, change.now(), false));
    VersionTable.insertParents(handle, version);
    change.about(version.id().number());
    change.note("records", Map.of(version.id().toString(), version.recordDigest()));
    if (!addition.note().isEmpty()) {
      change.note("note", addition.note());
    }
    if (!addition.parents().isEmpty()) {
      change.note(
          "parents",
          addition.parents().stream()
              .map(parent -> parent.relation().shown() + " " + parent.id())
              .toList());
    }
    return new Added(version, true);
  }

  /**
   * Refuses, and logs, who may not add versions of a module: better before an hour of training than
   * after it.
   *
   * @param name of the module, new or not
   */
  public void requireMayAdd(ModuleName name) {
    ledger.look(Intent.of("add", Role.AUTHOR, name), handle -> true);
  }

  /**
   * Logs that a server answers with an adapter that is not in the registry.
   *
   * @param name under which it answers
   * @param path as it was asked for
   * @param digest of its files
   */
  public void logLoad(ModuleName name, String path, String digest) {
    Intent intent =
        Intent.of("load-adapter", Role.AUTHOR, name).with("path", path).with("digest", digest);
    ledger.change(intent, change -> true);
  }

  /**
   * Logs that a server does not answer with such an adapter any more.
   *
   * @param name under which it answered
   */
  public void logUnload(ModuleName name) {
    ledger.change(Intent.of("unload-adapter", Role.AUTHOR, name), change -> true);
  }

  /**
   * Logs that a server deletes something of a name that is not in the registry.
   *
   * @param action {@code delete-data} or {@code delete-job}
   * @param name that the role is asked for
   * @param what is deleted
   */
  public void logDeletion(String action, ModuleName name, String what) {
    ledger.change(Intent.of(action, Role.AUTHOR, name).with("deleted", what), change -> true);
  }

  /**
   * Logs that a server did not delete something of a name, as {@link #logDeletion} would have.
   *
   * @param action {@code delete-data} or {@code delete-job}
   * @param name that the role was asked for
   * @param what was to be deleted
   * @param reason why it was not
   */
  public void logRefusedDeletion(String action, ModuleName name, String what, String reason) {
    ledger.logRefusal(
        Intent.of(action, Role.AUTHOR, name).with("deleted", what), new UserError(reason));
  }

  /**
   * Refuses, and logs, who lacks the role for something that a server does for a name.
   *
   * @param action as the log names it
   * @param role that is needed
   * @param name of a module, new or not
   */
  public void requireMay(String action, Role role, ModuleName name) {
    ledger.look(Intent.of(action, role, name), handle -> true);
  }

  /**
   * Does something with the rounds of sites that learn together and logs it, both or neither.
   *
   * @param action for example {@code merge-round}
   * @param role that is needed for it
   * @param name of the federation, which roles are asked for
   * @param what in one phrase
   * @param work what a server does; short, as nobody else changes the registry meanwhile
   * @throws UserError when the role is missing, or of the work
   */
  public void logRound(String action, Role role, ModuleName name, String what, Runnable work) {
    ledger.change(
        Intent.of(action, role, name).with("round", what),
        change -> {
          work.run();
          return true;
        });
  }

  /**
   * Versions in use, of those that the person may look at, that hold a module's files.
   *
   * @param files by their path, such as configuration and tensors
   * @param baseDigest of the base that they sit on
   * @return the newest first
   */
  public List<VersionId> holding(Map<String, Path> files, String baseDigest) {
    List<StoredFile> wanted = new ArrayList<>();
    files.forEach((path, file) -> wanted.add(new StoredFile(path, BlobStore.digest(file))));
    return ledger.lookAtOwn(
        (handle, grants) ->
            VersionTable.withFiles(handle, wanted, baseDigest).stream()
                .filter(id -> AccessTable.allow(grants, Role.VIEWER, id.name()))
                .toList());
  }

  /** The modules that the person may look at, by name. */
  public List<ModuleSummary> list() {
    return ledger.lookAtOwn(
        (handle, grants) ->
            summaries(handle).stream()
                .filter(one -> AccessTable.allow(grants, Role.VIEWER, one.newest().name()))
                .toList());
  }

  /** All versions in a line each and what is live, as of one moment; see {@link RegistryState}. */
  public RegistryState state() {
    return ledger.lookAtOwn(RegistryState::read);
  }

  /**
   * The same, at the price of the modules that the log names since an earlier look.
   *
   * @param before what this person saw of this registry then
   * @return what there is now, and what it was that changed
   */
  public StateChange stateSince(RegistryState before) {
    return ledger.lookAtOwn((handle, grants) -> RegistryState.readSince(handle, grants, before));
  }

  private static List<ModuleSummary> summaries(Handle handle) {
    Map<String, Map<String, Integer>> live = new HashMap<>();
    handle
        .createQuery("SELECT name, place, version FROM alias WHERE version IS NOT NULL")
        .map(
            (row, context) ->
                live.computeIfAbsent(row.getString(1), name -> new TreeMap<>())
                    .put(new LiveTarget(row.getString(2)).alias(), row.getInt(3)))
        .list();
    return handle
        .createQuery(
            "SELECT m.name, m.last_version, s.state, v.created, v.author, v.method, v.base_name,"
                + " v.bytes FROM module m"
                + " JOIN module_version v ON v.name = m.name AND v.version = m.last_version"
                + " JOIN version_state s ON s.name = m.name AND s.version = m.last_version"
                + " ORDER BY m.name")
        .map(
            (row, context) ->
                new ModuleSummary(
                    VersionId.of(row.getString(1), row.getInt(2)),
                    State.of(row.getString(3)),
                    Instant.ofEpochMilli(row.getLong(4)),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getLong(8),
                    live.getOrDefault(row.getString(1), Map.of())))
        .list();
  }

  /**
   * All that is known of a version.
   *
   * @param reference which one
   */
  public VersionView show(ModuleReference reference) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, reference.name()),
        handle -> view(handle, VersionTable.resolve(handle, reference)));
  }

  /**
   * All that is known of all versions of a module.
   *
   * @param name of the module
   * @return in ascending order
   */
  public List<VersionView> versions(ModuleName name) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, name),
        handle -> {
          VersionTable.get(
              handle, new VersionId(name, Math.max(1, VersionTable.lastVersion(handle, name))));
          return VersionTable.of(handle, name).stream().map(id -> view(handle, id)).toList();
        });
  }

  private static VersionView view(Handle handle, VersionId id) {
    List<LiveTarget> live =
        handle
            .createQuery("SELECT place FROM alias WHERE name = ? AND version = ? ORDER BY place")
            .bind(0, id.name().text())
            .bind(1, id.number())
            .map((row, context) -> new LiveTarget(row.getString(1)))
            .list();
    List<VersionId> children =
        handle
            .createQuery(
                "SELECT name, version FROM version_parent"
                    + " WHERE parent_name = ? AND parent_version = ? ORDER BY name, version")
            .bind(0, id.name().text())
            .bind(1, id.number())
            .map((row, context) -> VersionId.of(row.getString(1), row.getInt(2)))
            .list();
    return new VersionView(
        VersionTable.get(handle, id), VersionTable.status(handle, id), live, children);
  }

  /**
   * The version that a reference means at present.
   *
   * @param reference which one
   */
  public VersionId resolve(ModuleReference reference) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, reference.name()),
        handle -> VersionTable.resolve(handle, reference));
  }

  /**
   * Writes the files of a version to be used; every one is checked by its digest.
   *
   * @param reference which version; not a retired one
   * @param folder where they are written, replaced as a whole
   * @return the version
   * @throws UserError when it is retired or a blob is missing or damaged; then nothing is there
   */
  public ModuleVersion checkOut(ModuleReference reference, Path folder) {
    VersionView view = show(reference);
    Check.require(
        view.status().state() != State.RETIRED,
        "state of " + view.version().id(),
        "another than retired",
        State.RETIRED.word());
    write(view, folder);
    return view.version();
  }

  /**
   * Writes the files of a version, also of a retired one whose files are still there.
   *
   * @param reference which version
   * @param folder where they are written, replaced as a whole
   * @return the version
   */
  public ModuleVersion export(ModuleReference reference, Path folder) {
    VersionView view = show(reference);
    write(view, folder);
    return view.version();
  }

  private void write(VersionView view, Path folder) {
    VersionId id = view.version().id();
    if (view.status().purged()) {
      throw new UserError("files of " + id + " must be there, got a version that gc deleted");
    }
    AtomicFiles.writeFolder(
        folder,
        target -> {
          for (StoredFile file : view.version().files()) {
            Path path = target.resolve(file.path()).normalize();
            if (!path.startsWith(target)) {
              throw new UserError("file of " + id + " must be in its folder, got " + file.path());
            }
            makeFolder(path);
            blobs.get(file.blob(), path);
          }
        });
  }

  private static void makeFolder(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
  }
}
