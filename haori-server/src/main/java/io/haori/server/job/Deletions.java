package io.haori.server.job;

import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.server.data.DataSets;
import io.haori.server.data.DataVersion;
import io.haori.server.problem.Refused;
import java.util.List;

/**
 * Deletes data and jobs that nothing uses, in the name of who wants it: first the registry's log
 * says so, then they go. What uses something is named in the refusal.
 */
public final class Deletions {
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
    jobs.ifUnused(
        versions.stream().map(DataVersion::id).toList(),
        () -> {
          for (DataVersion one : versions) {
            registry
                .as(account)
                .modules()
                .logDeletion("delete-data", one.id().name(), one.id().toString());
            data.delete(one);
          }
        });
  }

  /**
   * Deletes a job with its log and result. A version that came of it stays.
   *
   * @param job that is over
   * @param account of who wants it and may do so
   * @throws Refused while it is not over, or a version in use has its evidence from it
   */
  public void delete(Job job, String account) {
    requireNoEvidence(job);
    jobs.delete(
        job.id(),
        () ->
            registry
                .as(account)
                .modules()
                .logDeletion(
                    "delete-job",
                    job.request().name(),
                    job.request().kind().word() + " " + job.id()));
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
