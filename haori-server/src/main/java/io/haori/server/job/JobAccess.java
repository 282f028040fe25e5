package io.haori.server.job;

import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.data.DataVersion;
import io.haori.server.problem.Refused;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who may do what with data and jobs, by the roles of the registry for their names: a viewer looks,
 * an author brings data, starts and stops jobs. What is refused is in the registry's log.
 */
public final class JobAccess {
  private final Callers callers;

  /** By what the registry knows of people. */
  public JobAccess(Callers callers) {
    this.callers = callers;
  }

  /** Whether somebody may look at data. */
  public boolean sees(Caller caller, DataVersion data) {
    return caller.may(Role.VIEWER, data.id().name());
  }

  /** Whether somebody may look at a job: at its name, its data and its modules. */
  public boolean sees(Caller caller, Job job) {
    return names(job).allMatch(name -> caller.may(Role.VIEWER, name));
  }

  private static Stream<ModuleName> names(Job job) {
    JobRequest request = job.request();
    return Stream.of(
            Stream.of(request.name()),
            request.data().stream().map(VersionId::name),
            request.modules().stream().map(VersionId::name))
        .flatMap(one -> one);
  }

  /** Whether somebody may start and stop jobs of this name. */
  public boolean mayRun(Caller caller, ModuleName name) {
    return caller.may(Role.AUTHOR, name);
  }

  /** Refuses, and logs, who may not look at data. */
  public void requireSees(Caller caller, DataVersion data) {
    callers.requireMayUse(caller, new ModuleReference.Newest(data.id().name()));
  }

  /**
   * A job that somebody may look at.
   *
   * @throws Refused when they may not, which is in the log
   */
  public Job requireSees(Caller caller, Job job) {
    names(job).forEach(name -> callers.requireMayUse(caller, new ModuleReference.Newest(name)));
    return job;
  }

  /** Refuses, and logs, who may not bring data, start or stop jobs of this name. */
  public void requireMayRun(Caller caller, ModuleName name) {
    callers.requireMayAdd(caller, name);
  }

  /** Refuses, and logs, who may not start this. */
  public void requireMayStart(Caller caller, JobRequest request) {
    requireMayRun(caller, request.name());
    List<VersionId> read =
        Stream.concat(request.data().stream(), request.modules().stream()).toList();
    read.forEach(id -> callers.requireMayUse(caller, new ModuleReference.Newest(id.name())));
  }
}
