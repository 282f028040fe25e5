package io.haori.registry.transfer;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.ledger.Change;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.BlobStore;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.State;
import io.haori.registry.version.StoredFile;
import io.haori.registry.version.VersionStatus;
import io.haori.registry.version.VersionTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Takes modules of one registry into another, all of them or none. Numbers, authors and dates stay;
 * what was measured, approved or live there is not so here, so every version that is not retired
 * arrives as a draft.
 */
public final class RegistryImport {
  private final Ledger source;
  private final BlobStore sourceBlobs;
  private final Ledger target;
  private final BlobStore targetBlobs;

  /** From one registry into another. */
  public RegistryImport(
      Ledger source, BlobStore sourceBlobs, Ledger target, BlobStore targetBlobs) {
    this.source = source;
    this.sourceBlobs = sourceBlobs;
    this.target = target;
    this.targetBlobs = targetBlobs;
  }

  private record Found(ModuleVersion version, VersionStatus status) {}

  /**
   * Takes modules in.
   *
   * @param pattern which ones, of those that the person may look at there
   * @param prefix put before their names, may be empty
   * @param progress hears how many bytes were copied
   * @return the versions that are new here
   * @throws UserError when a name is taken by other versions, or a parent is left out
   */
  public List<VersionId> run(NamePattern pattern, String prefix, LongConsumer progress) {
    List<Found> found = found(pattern, prefix);
    Check.require(!found.isEmpty(), "names", "a pattern of modules there", pattern);
    Intent intent =
        Intent.ofRegistry("import", Role.ADMIN)
            .with("source", source.database().location().shown());
    target.look(intent, handle -> requireNoClash(handle, found));
    long copied = 0;
    for (Found one : found) {
      if (!one.status().purged()) {
        copy(one.version());
        copied += one.version().bytes();
        progress.accept(copied);
      }
    }
    return target.change(intent, change -> insert(change, found));
  }

  private List<Found> found(NamePattern pattern, String prefix) {
    return source.lookAtOwn(
        (handle, grants) ->
            VersionTable.all(handle).stream()
                .filter(id -> pattern.matches(id.name()))
                .filter(id -> AccessTable.allow(grants, Role.VIEWER, id.name()))
                .map(
                    id ->
                        new Found(
                            renamed(VersionTable.get(handle, id), prefix),
                            VersionTable.status(handle, id)))
                .toList());
  }

  private static ModuleVersion renamed(ModuleVersion version, String prefix) {
    List<Parent> parents =
        version.parents().stream()
            .map(parent -> new Parent(renamed(parent.id(), prefix), parent.relation()))
            .toList();
    return new ModuleVersion(
        renamed(version.id(), prefix),
        version.created(),
        version.author(),
        version.origin(),
        parents,
        version.files());
  }

  private static VersionId renamed(VersionId id, String prefix) {
    return new VersionId(new ModuleName(prefix + id.name().text()), id.number());
  }

  /** Those of the found that are not here yet. */
  private static List<Found> requireNoClash(Handle handle, List<Found> found) {
    List<Found> fresh = new ArrayList<>();
    Set<String> clashes = new TreeSet<>();
    for (Found one : found) {
      VersionId id = one.version().id();
      Optional<ModuleVersion> here = VersionTable.find(handle, id);
      if (here.isEmpty()) {
        fresh.add(one);
      } else if (!here.get().contentDigest().equals(one.version().contentDigest())) {
        clashes.add(id.name().text());
      }
    }
    if (!clashes.isEmpty()) {
      throw new UserError(
          "names of imported modules must be free or hold the same versions, got "
              + String.join(", ", clashes)
              + " in both registries; a prefix makes other names, nothing was imported");
    }
    Set<VersionId> all = found.stream().map(one -> one.version().id()).collect(Collectors.toSet());
    for (Found one : fresh) {
      for (Parent parent : one.version().parents()) {
        if (!all.contains(parent.id()) && VersionTable.find(handle, parent.id()).isEmpty()) {
          throw new UserError(
              "names must include "
                  + parent.id()
                  + ", of which "
                  + one.version().id()
                  + " was made; nothing was imported");
        }
      }
    }
    return fresh;
  }

  private void copy(ModuleVersion version) {
    for (StoredFile file : version.files()) {
      try (InputStream in = sourceBlobs.open(file.blob())) {
        targetBlobs.put(
            file.blob(),
            in,
            sourceBlobs.root(),
            "the blob " + file.blob().digest() + " of the source is damaged");
      } catch (IOException e) {
        throw FileFailures.unreadable(sourceBlobs.root(), e);
      }
    }
  }

  private List<VersionId> insert(Change change, List<Found> found) {
    Handle handle = change.handle();
    Map<String, String> records = new LinkedHashMap<>();
    List<String> retired = new ArrayList<>();
    List<String> purged = new ArrayList<>();
    List<Found> fresh = requireNoClash(handle, found);
    for (Found one : fresh) {
      ModuleVersion version = one.version();
      VersionId id = version.id();
      boolean isRetired = one.status().state() == State.RETIRED;
      if (!one.status().purged()
          && !version.files().stream().allMatch(file -> targetBlobs.isThere(file.blob()))) {
        copy(version);
      }
      VersionTable.take(handle, id, change.now());
      VersionTable.insert(
          handle,
          version,
          new VersionStatus(
              isRetired ? State.RETIRED : State.DRAFT, change.now(), one.status().purged()));
      records.put(id.toString(), version.recordDigest());
      if (isRetired) {
        retired.add(id.toString());
      }
      if (one.status().purged()) {
        purged.add(id.toString());
      }
    }
    fresh.forEach(one -> VersionTable.insertParents(handle, one.version()));
    if (fresh.isEmpty()) {
      change.nothingChanged();
    }
    change.note("records", records);
    change.note("retired", retired);
    change.note("purged", purged);
    return fresh.stream().map(one -> one.version().id()).toList();
  }
}
