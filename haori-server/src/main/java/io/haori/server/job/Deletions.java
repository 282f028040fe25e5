package io.haori.server.job;

import io.haori.registry.ModuleCatalogue;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.server.data.DataSets;
import io.haori.server.data.DataVersion;
import io.haori.server.problem.Refused;
import java.util.List;
import java.util.Objects;

/**
 * Deletes data and jobs that nothing uses, in the name of who wants it: first the registry's log
 * says so, then they go. What uses something is named in the refusal, which the log has, too.
 */
public final class Deletions {
  private static final String DATA = "delete-data";
  private static final String JOB = "delete-job";

  private final DataSets data;
  private final Jobs jobs;
  private final Registry registry;

  Deletions(DataSets data, Jobs jobs, Registry registry) {
    this.data = data;
    this.jobs = jobs;
    this.registry = registry;
  }

  /**
   * Deletes versions of data; of several, all or none.
   *
   * @param versions of one name, at least one
   * @param account of who wants it and may do so
   * @throws Refused while a job that is not over reads one
   */
  public void delete(List<DataVersion> versions, String account) {
    ModuleCatalogue log = registry.as(account).modules();
    ModuleName name = versions.get(0).id().name();
    List<VersionId> ids = versions.stream().map(DataVersion::id).toList();
    try {
      jobs.ifUnused(
          ids,
          () -> {
            for (DataVersion one : versions) {
              log.logDeletion(DATA, name, one.id().toString());
              data.delete(one);
            }
          });
    } catch (Refused e) {
      String what = String.join(", ", ids.stream().map(VersionId::toString).toList());
      throw logged(e, log, DATA, name, what);
    }
  }

  /**
   * Deletes a job with its log and result. A version that came of it stays.
   *
   * @param job that is over
   * @param account of who wants it and may do so
   * @throws Refused while it is not over, or a version in use has its evidence from it
   */
  public void delete(Job job, String account) {
    ModuleCatalogue log = registry.as(account).modules();
    ModuleName name = job.request().name();
    String what = job.request().kind().word() + " " + job.id();
    try {
      requireNoEvidence(job);
      jobs.delete(job.id(), () -> log.logDeletion(JOB, name, what));
    } catch (Refused e) {
      throw logged(e, log, JOB, name, what);
    }
  }

  private static Refused logged(
      Refused refused, ModuleCatalogue log, String action, ModuleName name, String what) {
    log.logRefusedDeletion(action, name, what, Objects.requireNonNull(refused.getMessage()));
    return refused;
  }

  private void requireNoEvidence(Job job) {
    VersionId made = job.version();
    if (made == null) {
      return;
    }
    State state = registry.modules().show(new ModuleReference.Numbered(made)).status().state();
    if (state != State.RETIRED) {
      throw Refused.conflict(
          "Job "
              + job.id()
              + " holds the evidence of "
              + made
              + ", which is "
              + state.word()
              + "; retire it first");
    }
  }
}
