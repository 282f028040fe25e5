package io.haori.registry;

import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.LiveRule;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialTable;
import io.haori.registry.version.State;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What a registry holds and what is live in it, as of one moment: what a server that follows the
 * registry keeps. Only modules that the person may look at.
 *
 * @param changes as {@link Registry#changes} said then
 * @param versions of all states, by name and number
 * @param live what is live where, by name and target
 * @param trials that run, by name and target
 * @param liveRules from which accuracy on what is live is rolled back
 */
public record RegistryState(
    long changes,
    List<VersionSummary> versions,
    List<LiveVersion> live,
    List<Trial> trials,
    List<LiveRule> liveRules) {
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
    return new RegistryState(
        AuditLog.head(handle).entries(),
        versions(handle).stream()
            .filter(one -> AccessTable.allow(grants, Role.VIEWER, one.id().name()))
            .toList(),
        live(handle).stream()
            .filter(one -> AccessTable.allow(grants, Role.VIEWER, one.id().name()))
            .toList(),
        TrialTable.running(handle).stream()
            .filter(one -> AccessTable.allow(grants, Role.VIEWER, one.name()))
            .toList(),
        TrialTable.rules(handle));
  }

  private static List<VersionSummary> versions(Handle handle) {
    return handle
        .createQuery(
            "SELECT v.name, v.version, v.content_digest, s.state, v.created, v.author, v.method,"
                + " v.base_name, v.base_digest, v.bytes FROM module_version v JOIN version_state s"
                + " ON s.name = v.name AND s.version = v.version ORDER BY v.name, v.version")
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

  private static List<LiveVersion> live(Handle handle) {
    return handle
        .createQuery(
            "SELECT name, place, version FROM alias WHERE version IS NOT NULL ORDER BY name, place")
        .map(
            (row, context) ->
                new LiveVersion(
                    new LiveTarget(row.getString(2)),
                    VersionId.of(row.getString(1), row.getInt(3))))
        .list();
  }
}
