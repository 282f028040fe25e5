package io.haori.registry;

import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.LiveRule;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialTable;
import io.haori.registry.version.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What a registry holds and what is live in it, as of one moment: what a server that follows the
 * registry keeps. Only modules that the person may look at.
 *
 * @param changes as {@link Registry#changes} said then
 * @param lastHash digest of the log's last entry, by which it is known again
 * @param versions of all states, by name and number
 * @param live what is live where, by name and target
 * @param trials that run, by name and target
 * @param liveRules from which accuracy on what is live is rolled back
 */
public record RegistryState(
    long changes,
    String lastHash,
    List<VersionSummary> versions,
    List<LiveVersion> live,
    List<Trial> trials,
    List<LiveRule> liveRules) {
  private static final String VERSION_ROWS =
      "SELECT v.name, v.version, v.content_digest, s.state, v.created, v.author, v.method,"
          + " v.base_name, v.base_digest, v.bytes FROM module_version v JOIN version_state s"
          + " ON s.name = v.name AND s.version = v.version";
  private static final String VERSIONS = VERSION_ROWS + " ORDER BY v.name, v.version";
  private static final String VERSIONS_OF = VERSION_ROWS + " WHERE v.name = ? ORDER BY v.version";

  private static final String LIVE_ROWS =
      "SELECT name, place, version FROM alias WHERE version IS NOT NULL";
  private static final String LIVE = LIVE_ROWS + " ORDER BY name, place";
  private static final String LIVE_OF = LIVE_ROWS + " AND name = ? ORDER BY place";

  /** Copies the lists. */
  public RegistryState {
    versions = List.copyOf(versions);
    live = List.copyOf(live);
    trials = List.copyOf(trials);
    liveRules = List.copyOf(liveRules);
  }

  /**
   * A version that is live.
   *
   * @param target task or site
   * @param id the version
   */
  public record LiveVersion(LiveTarget target, VersionId id) {}

  static RegistryState read(Handle handle, List<RoleGrant> grants) {
    AuditLog.Head head = AuditLog.head(handle);
    return new RegistryState(
        head.entries(),
        head.lastHash(),
        seen(versions(handle.createQuery(VERSIONS)), grants, one -> one.id().name())
            // A database may order letters by a language.
            .sorted(Comparator.comparing(VersionSummary::id))
            .toList(),
        seen(live(handle.createQuery(LIVE)), grants, one -> one.id().name())
            .sorted(
                Comparator.comparing((LiveVersion one) -> one.id().name())
                    .thenComparing(one -> one.target().text()))
            .toList(),
        trials(handle, grants),
        TrialTable.rules(handle));
  }

  /**
   * The same, in which only the modules are read that the log names since.
   *
   * @param handle of a read
   * @param grants as they are now
   * @param before what was read then by the same person
   */
  static StateChange readSince(Handle handle, List<RoleGrant> grants, RegistryState before) {
    AuditLog.Head head = AuditLog.head(handle);
    Optional<Set<ModuleName>> named =
        AuditLog.namedSince(handle, new AuditLog.Head(before.changes, before.lastHash));
    if (named.isEmpty()) {
      return new StateChange(read(handle, grants), true, Set.of());
    }
    List<VersionSummary> versions = new ArrayList<>(before.versions);
    List<LiveVersion> live = new ArrayList<>(before.live);
    for (ModuleName name : named.get()) {
      if (AccessTable.allow(grants, Role.VIEWER, name)) {
        replace(
            versions,
            one -> one.id().name(),
            name,
            versions(handle.createQuery(VERSIONS_OF).bind(0, name.text())));
        replace(
            live,
            one -> one.id().name(),
            name,
            live(handle.createQuery(LIVE_OF).bind(0, name.text())));
      }
    }
    RegistryState state =
        new RegistryState(
            head.entries(),
            head.lastHash(),
            versions,
            live,
            trials(handle, grants),
            before.liveRules);
    return new StateChange(state, false, named.get());
  }

  /** Puts what there is of a module now in the place of what there was; ordered by name. */
  private static <T> void replace(
      List<T> all, Function<T, ModuleName> nameOf, ModuleName name, List<T> now) {
    int first = 0;
    int end = all.size();
    while (first < end) {
      int middle = (first + end) >>> 1;
      if (nameOf.apply(all.get(middle)).compareTo(name) < 0) {
        first = middle + 1;
      } else {
        end = middle;
      }
    }
    while (end < all.size() && nameOf.apply(all.get(end)).equals(name)) {
      end++;
    }
    all.subList(first, end).clear();
    all.addAll(first, now);
  }

  private static <T> Stream<T> seen(
      List<T> all, List<RoleGrant> grants, Function<T, ModuleName> nameOf) {
    return all.stream().filter(one -> AccessTable.allow(grants, Role.VIEWER, nameOf.apply(one)));
  }

  private static List<Trial> trials(Handle handle, List<RoleGrant> grants) {
    return seen(TrialTable.running(handle), grants, Trial::name).toList();
  }

  private static List<VersionSummary> versions(Query query) {
    return query
        .map(
            (row, context) ->
                new VersionSummary(
                    VersionId.of(row.getString(1), row.getInt(2)),
                    row.getString(3),
                    State.of(row.getString(4)),
                    Instant.ofEpochMilli(row.getLong(5)),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getString(9),
                    row.getLong(10)))
        .list();
  }

  private static List<LiveVersion> live(Query query) {
    return query
        .map(
            (row, context) ->
                new LiveVersion(
                    new LiveTarget(row.getString(2)),
                    VersionId.of(row.getString(1), row.getInt(3))))
        .list();
  }
}
