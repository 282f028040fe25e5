package io.haori.cli.report;

import io.haori.cli.proof.ProofStory;
import io.haori.core.check.UserError;
import io.haori.registry.ModuleSummary;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a registry knows that a report says.
 *
 * @param place where it is
 * @param read when it was read
 * @param versions of all modules, by name and number
 * @param evaluations by version
 * @param proofs all that were begun, the oldest first
 * @param log its last entries, the oldest first
 */
record RegistryFacts(
    String place,
    Instant read,
    List<VersionView> versions,
    Map<String, List<RecordedEvaluation>> evaluations,
    List<ProofStory> proofs,
    List<AuditEntry> log) {
  private static final int MOST_ENTRIES = 200;

  /**
   * Reads it.
   *
   * @param registry open
   * @param now the present moment
   * @throws UserError when nothing was ever evaluated in it
   */
  static RegistryFacts of(Registry registry, Instant now) {
    List<VersionView> versions = new ArrayList<>();
    Map<String, List<RecordedEvaluation>> evaluations = new LinkedHashMap<>();
    for (ModuleSummary module : registry.modules().list()) {
      for (VersionView version : registry.modules().versions(module.newest().name())) {
        versions.add(version);
        evaluations.put(
            version.version().id().toString(),
            registry.lifeCycle().evaluations(version.version().id()));
      }
    }
    List<ProofStory> proofs = ProofStory.all(registry);
    if (proofs.isEmpty() && evaluations.values().stream().allMatch(List::isEmpty)) {
      throw new UserError(
          UserError.Kind.STATE,
          registry.location()
              + ": has no evaluation that a report could be made of; haori evaluate --record adds"
              + " one");
    }
    return new RegistryFacts(
        place(registry.location()),
        now,
        versions,
        evaluations,
        proofs,
        registry.maintenance().log(MOST_ENTRIES));
  }

  /** The last two parts of a folder's path: the rest is about one machine. */
  private static String place(RegistryLocation location) {
    if (location.isPostgres()) {
      return location.toString();
    }
    Path path = Path.of(location.toString()).normalize();
    int count = path.getNameCount();
    return path.subpath(Math.max(0, count - 2), count).toString();
  }

  /** What was measured of a version. */
  List<RecordedEvaluation> evaluations(VersionView version) {
    return evaluations.getOrDefault(version.version().id().toString(), List.of());
  }
}
