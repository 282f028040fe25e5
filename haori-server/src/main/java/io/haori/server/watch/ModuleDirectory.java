package io.haori.server.watch;

import io.haori.core.files.AdapterFiles;
import io.haori.registry.Registry;
import io.haori.registry.RegistryState;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.StateChange;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.LiveRule;
import io.haori.registry.trial.Trial;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.State;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.ServedVersion;
import io.haori.server.problem.Refused;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a registry and what is live, as of one moment: a value that never changes, so a
 * request that asks it several times gets answers that belong together.
 */
public final class ModuleDirectory {
  private final Registry registry;
  private final RegistryState state;
  private final NavigableMap<ModuleName, NavigableMap<Integer, VersionSummary>> modules;
  private final Map<ModuleName, List<LiveVersion>> liveOf;

  /** Number of the registry's changes after which a module was seen anew. */
  private final Map<ModuleName, Long> seenAt;

  /** The same of all that is no single module's. */
  private final long wholeSeenAt;

  /**
   * What a registry said.
   *
   * @param registry where files are taken from
   * @param state of it
   */
  ModuleDirectory(Registry registry, RegistryState state) {
    this(registry, state, new TreeMap<>(), new HashMap<>(), Map.of(), state.changes());
    state.versions().forEach(this::put);
    for (LiveVersion live : state.live()) {
      liveOf.computeIfAbsent(live.id().name(), name -> new ArrayList<>()).add(live);
    }
  }

  private ModuleDirectory(
      Registry registry,
      RegistryState state,
      NavigableMap<ModuleName, NavigableMap<Integer, VersionSummary>> modules,
      Map<ModuleName, List<LiveVersion>> liveOf,
      Map<ModuleName, Long> seenAt,
      long wholeSeenAt) {
    this.registry = registry;
    this.state = state;
    this.modules = modules;
    this.liveOf = liveOf;
    this.seenAt = seenAt;
    this.wholeSeenAt = wholeSeenAt;
  }

  private void put(VersionSummary version) {
    modules
        .computeIfAbsent(version.id().name(), name -> new TreeMap<>())
        .put(version.id().number(), version);
  }

  /** What the registry says now; only the modules are read about which something was done. */
  ModuleDirectory now() {
    StateChange change = registry.modules().stateSince(state);
    RegistryState after = change.state();
    if (change.whole()) {
      return new ModuleDirectory(registry, after);
    }
    Map<ModuleName, Long> seen = new HashMap<>(seenAt);
    change.modules().forEach(name -> seen.put(name, after.changes()));
    ModuleDirectory directory =
        new ModuleDirectory(
            registry, after, new TreeMap<>(modules), new HashMap<>(liveOf), seen, wholeSeenAt);
    change.modules().forEach(directory.modules::remove);
    change.modules().forEach(directory.liveOf::remove);
    after.versions().stream()
        .filter(version -> change.modules().contains(version.id().name()))
        .forEach(directory::put);
    for (LiveVersion live : after.live()) {
      if (change.modules().contains(live.id().name())) {
        directory.liveOf.computeIfAbsent(live.id().name(), name -> new ArrayList<>()).add(live);
      }
    }
    return directory;
  }

  /**
   * How many changes the registry had seen when something was last done about a module, or about
   * all of the registry: what was found out about it then still holds.
   */
  public long seenAt(ModuleName name) {
    return Math.max(wholeSeenAt, seenAt.getOrDefault(name, 0L));
  }

  /** The same for all that is no single module's, such as roles. */
  public long wholeSeenAt() {
    return wholeSeenAt;
  }

  /** The number of changes that the registry had seen. */
  public long changes() {
    return state.changes();
  }

  /** What is live where, by name and target. */
  public List<LiveVersion> live() {
    return state.live();
  }

  /** The trials that run, by name and target. */
  public List<Trial> trials() {
    return state.trials();
  }

  /** From which accuracy on what is live is rolled back. */
  public List<LiveRule> liveRules() {
    return state.liveRules();
  }

  /** The names of the modules. */
  public Collection<ModuleName> names() {
    return modules.keySet();
  }

  /** The versions that are not retired, by name and number. */
  public List<VersionSummary> inUse() {
    return state.versions().stream().filter(one -> one.state() != State.RETIRED).toList();
  }

  /**
   * A version in a line.
   *
   * @throws Refused when there is none
   */
  public VersionSummary get(VersionId id) {
    NavigableMap<Integer, VersionSummary> versions = versions(id.name());
    VersionSummary version = versions.get(id.number());
    if (version == null) {
      throw Refused.absent(
          "version of "
              + id.name()
              + " must be in [1, "
              + versions.lastKey()
              + "], got "
              + id.number());
    }
    return version;
  }

  /** A version in a line; null when it was not there. */
  public @Nullable VersionSummary find(VersionId id) {
    NavigableMap<Integer, VersionSummary> versions = modules.get(id.name());
    return versions == null ? null : versions.get(id.number());
  }

  /**
   * The newest version of a module, also a retired one.
   *
   * @throws Refused when there is no such module
   */
  public VersionSummary newest(ModuleName name) {
    return versions(name).lastEntry().getValue();
  }

  private NavigableMap<Integer, VersionSummary> versions(ModuleName name) {
    NavigableMap<Integer, VersionSummary> versions = modules.get(name);
    if (versions == null) {
      throw Refused.absent("No module named " + name + " in this registry");
    }
    return versions;
  }

  /**
   * The version that a reference means.
   *
   * @param reference as the request names it
   * @throws Refused when it means none, or one that is retired
   */
  public VersionSummary resolve(ModuleReference reference) {
    if (reference instanceof ModuleReference.Numbered numbered) {
      VersionSummary version = get(numbered.id());
      if (version.state() == State.RETIRED) {
        throw Refused.conflict(
            "state of " + version.id() + " must be another than retired, got retired");
      }
      return version;
    }
    NavigableMap<Integer, VersionSummary> versions = versions(reference.name());
    if (reference instanceof ModuleReference.Live live) {
      return live(live);
    }
    return versions.descendingMap().values().stream()
        .filter(one -> one.state() != State.RETIRED)
        .findFirst()
        .orElseThrow(
            () ->
                Refused.absent(
                    "No version of " + reference.name() + " is in use, all are retired"));
  }

  private VersionSummary live(ModuleReference.Live wanted) {
    List<LiveVersion> ours = liveOf.getOrDefault(wanted.name(), List.of());
    return ours.stream()
        .filter(one -> one.target().equals(wanted.target()))
        .findFirst()
        .map(one -> get(one.id()))
        .orElseThrow(
            () ->
                Refused.absent(
                    "No version of "
                        + wanted.name()
                        + " is "
                        + wanted.target()
                        + (ours.isEmpty()
                            ? ""
                            : ", only "
                                + String.join(
                                    ", ",
                                    ours.stream().map(one -> one.target().alias()).toList()))));
  }

  /** Whether a version is a detector of anomalies, which has no part in a model. */
  public static boolean isDetector(VersionSummary version) {
    return version.method().equals(AdapterFiles.ANOMALY_METHOD);
  }

  /** A version as it is brought into memory. */
  public ServedModule served(VersionSummary version) {
    ServedVersion id =
        new ServedVersion(version.id().name().text(), version.id().number(), version.digest());
    return new ServedModule(
        id,
        version.baseDigest(),
        folder -> write(version, folder),
        false,
        List.of(),
        isDetector(version));
  }

  private void write(VersionSummary version, Path folder) {
    ModuleVersion written =
        registry.modules().checkOut(new ModuleReference.Numbered(version.id()), folder);
    if (!written.contentDigest().equals(version.digest())) {
      throw new IllegalStateException(version.id() + " has another digest than its row");
    }
  }
}
