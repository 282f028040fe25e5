package io.haori.server.api.work;

import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.job.Job;
import io.haori.server.job.JobAccess;
import io.haori.server.job.JobRequest;
import io.haori.server.job.Jobs;
import io.haori.server.job.WorkFolder;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/jobs}: trainings and analyses. The roles for the name of a job decide who may start
 * and stop it.
 */
public final class JobRoutes {
  private static final String ONE = "/v1/jobs/{id}";

  private final Exchange exchange;
  private final Models models;
  private final WorkFolder work;
  private final JobAccess access;
  private final JobEvents events;
  private final Limits limits;

  /** With what all routes share. */
  public JobRoutes(
      Exchange exchange,
      Models models,
      WorkFolder work,
      JobAccess access,
      JobEvents events,
      Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.work = work;
    this.access = access;
    this.events = events;
    this.limits = limits;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/jobs", this::list);
    routes.post("/v1/jobs", this::submit);
    routes.get(ONE, this::show);
    routes.delete(ONE, this::delete);
    routes.get(ONE + "/events", this::watch);
    routes.get(ONE + "/log", this::log);
    routes.post(ONE + "/cancel", this::cancel);
    routes.post(ONE + "/resume", this::resume);
  }

  private void list(Context context) {
    Caller caller = exchange.caller(context);
    Jobs jobs = work.jobs();
    List<Map<String, @Nullable Object>> all =
        jobs.all().stream()
            .filter(one -> access.sees(caller, one))
            .map(one -> JobEvents.shown(one, jobs.progress(one.id()).orElse(null)))
            .toList();
    Json.write(context, Map.of("object", "list", "data", all));
  }

  private void submit(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits);
    models.look();
    List<String> bases = models.engines().all().stream().map(one -> one.base().name()).toList();
    JobRequest request = JobBody.read(body, work.data(), models.names().directory(), bases);
    access.requireMayStart(caller, request);
    Job job = work.jobs().submit(request, caller.account());
    context.status(HttpStatus.ACCEPTED).header("Location", "/v1/jobs/" + job.id());
    Json.write(context, JobEvents.shown(job, null));
  }

  private Job job(Context context, Caller caller) {
    return access.requireSees(caller, work.jobs().get(context.pathParam("id")));
  }

  private void show(Context context) {
    Job job = job(context, exchange.caller(context));
    Map<String, @Nullable Object> answer =
        JobEvents.shown(job, work.jobs().progress(job.id()).orElse(null));
    answer.put("result", work.jobs().folder(job).readResult());
    Json.write(context, answer);
  }

  private void watch(Context context) {
    Job job = job(context, exchange.caller(context));
    events.send(context, work.jobs(), job.id());
  }

  private void log(Context context) {
    Job job = job(context, exchange.caller(context));
    context.contentType("text/plain; charset=utf-8").result(work.jobs().folder(job).readLog());
  }

  private void cancel(Context context) {
    Caller caller = exchange.caller(context);
    Job job = job(context, caller);
    access.requireMayRun(caller, job.request().name());
    work.jobs().cancel(job.id());
    Json.write(context, JobEvents.shown(work.jobs().get(job.id()), null));
  }

  private void delete(Context context) {
    Caller caller = exchange.caller(context);
    Job job = job(context, caller);
    access.requireMayRun(caller, job.request().name());
    work.deletions().delete(job, caller.account());
    Json.write(context, Map.of("deleted", List.of(job.id())));
  }

  private void resume(Context context) {
    Caller caller = exchange.caller(context);
    Job job = job(context, caller);
    access.requireMayStart(caller, job.request());
    work.jobs().resume(job.id());
    Json.write(context, JobEvents.shown(work.jobs().get(job.id()), null));
  }
}
