package io.haori.server.page.screen;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.VersionSummary;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.server.api.work.JobEvents;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.Job;
import io.haori.server.job.JobAccess;
import io.haori.server.job.JobKind;
import io.haori.server.job.JobProgress;
import io.haori.server.job.JobRequest;
import io.haori.server.job.Jobs;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.tensor.quant.BasePrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trainings and analyses: started, followed, stopped, and their curves side by side. */
public final class RunsScreen {
  private static final int POINTS = 300;
  private static final int MOST_CURVES = 8;

  /** The page of a report is a file of a process: it may style itself and do nothing else. */
  private static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private final WorkFolder work;
  private final JobAccess access;
  private final JobEvents events;
  private final RegistryWatch watch;
  private final BaseEngines engines;

  /** Of a server. */
  public RunsScreen(
      WorkFolder work,
      JobAccess access,
      JobEvents events,
      RegistryWatch watch,
      BaseEngines engines) {
    this.work = work;
    this.access = access;
    this.events = events;
    this.watch = watch;
    this.engines = engines;
  }

  /** Shows trainings, and the form that starts one. */
  public void show(Visit visit) {
    visit.show("runs", model(visit, "", true));
  }

  /** Shows comparisons and analyses, and the form that starts one. */
  public void showAnalyses(Visit visit) {
    visit.show("analyses", model(visit, "", false));
  }

  private Map<String, Object> model(Visit visit, String problem, boolean trainings) {
    Map<String, Object> model = new HashMap<>();
    boolean open = work.closedBecause().isEmpty();
    boolean again = !problem.isEmpty();
    model.put("closed", work.closedBecause());
    model.put("problem", problem);
    model.put("done", visit.parameter("done"));
    model.put("runs", open ? rows(visit, trainings) : List.of());
    model.put(
        "mayStart",
        visit.caller().grants().stream().anyMatch(one -> one.role().covers(Role.AUTHOR)));
    model.put("data", open ? data(visit) : List.of());
    model.put("modules", modules(visit));
    model.put("bases", engines.all().stream().map(one -> one.base().name()).toList());
    model.put("kinds", kinds());
    model.put("methods", RunForm.methods());
    model.put("basePrecisions", BasePrecision.ids());
    model.put("analyses", JobRequest.ANALYSES);
    model.put("routes", JobRequest.ROUTES);
    model.put(
        "chosenData",
        again ? visit.context().formParams("data") : visit.context().queryParams("data"));
    model.put("chosenModules", again ? visit.context().formParams("modules") : List.of());
    model.put("chosenMethods", again ? visit.context().formParams("methods") : List.of());
    for (String field :
        List.of(
            "name",
            "method",
            "epochs",
            "rate",
            "base",
            "basePrecision",
            "settings",
            "seeds",
            "analysis",
            "route")) {
      model.put(field, again ? visit.field(field) : visit.parameter(field));
    }
    String kind = again ? visit.field("kind") : visit.parameter("kind");
    model.put("kind", kind.isEmpty() ? (trainings ? "tune" : "compare") : kind);
    model.put("here", trainings ? "/runs" : "/analyses");
    return model;
  }

  /** What makes modules; detectors of anomalies where a base reads pictures. */
  private List<String> kinds() {
    boolean pictures = engines.all().stream().anyMatch(BaseEngine::readsPictures);
    return Arrays.stream(JobKind.values())
        .filter(JobKind::makesModule)
        .filter(one -> pictures || one != JobKind.ANOMALY)
        .map(JobKind::word)
        .toList();
  }

  private List<RunRow> rows(Visit visit, boolean trainings) {
    Jobs jobs = work.jobs();
    return jobs.all().stream()
        .filter(one -> one.request().kind().makesModule() == trainings)
        .filter(one -> access.sees(visit.caller(), one))
        .map(one -> RunRow.of(jobs, one))
        .toList();
  }

  /**
   * Data that a job may read.
   *
   * @param id as {@code orders@2}
   * @param rows of them
   * @param textsOnly whether they have no labels
   */
  public record DataChoice(String id, long rows, boolean textsOnly) {}

  private List<DataChoice> data(Visit visit) {
    return work.data().all().stream()
        .filter(one -> access.sees(visit.caller(), one))
        .map(one -> new DataChoice(one.id().toString(), one.rows(), one.textsOnly()))
        .toList();
  }

  private List<String> modules(Visit visit) {
    List<String> references = new ArrayList<>();
    for (ModuleName name : watch.directory().names()) {
      VersionSummary newest = watch.directory().newest(name);
      boolean learns = newest.state() != State.RETIRED && !ModuleDirectory.isDetector(newest);
      if (visit.sees(name) && learns) {
        references.add(newest.id().toString());
      }
    }
    return references;
  }

  /** Starts what a form describes, or shows the form again with what is wrong. */
  public void start(Visit visit) {
    Job job;
    try {
      JobRequest request = RunForm.read(visit, work.data(), watch.directory(), engines);
      access.requireMayStart(visit.caller(), request);
      job = work.jobs().submit(request, visit.caller().account());
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      String kind = visit.field("kind");
      boolean trainings =
          Arrays.stream(JobKind.values())
              .noneMatch(one -> one.word().equals(kind) && !one.makesModule());
      visit.show(trainings ? "runs" : "analyses", model(visit, problem.detail(), trainings));
      return;
    }
    visit.continueAt("/runs/" + job.id());
  }

  private Job job(Visit visit) {
    return access.requireSees(visit.caller(), work.jobs().get(visit.context().pathParam("id")));
  }

  /** Shows a job. */
  public void showOne(Visit visit) {
    showOne(visit, job(visit), "");
  }

  private void showOne(Visit visit, Job job, String problem) {
    Jobs jobs = work.jobs();
    Map<String, Object> model = new HashMap<>();
    model.put("run", RunRow.of(jobs, job));
    model.put("trainings", job.request().kind().makesModule());
    model.put("over", job.state().isOver());
    model.put("mayRun", access.mayRun(visit.caller(), job.request().name()));
    model.put("mayResume", job.state().isOver() && !job.state().word().equals("done"));
    model.put("settings", RunResult.texts(job.request().settings()));
    model.put("modules", job.request().modules().stream().map(Object::toString).toList());
    model.put("base", job.request().base());
    model.put("chart", curves(Map.of(job.request().name().text(), curve(job))));
    model.put("log", jobs.folder(job).readLog());
    model.put("hasReport", Files.isRegularFile(jobs.folder(job).report()));
    model.putAll(RunResult.of(jobs.folder(job).readResult()));
    model.put("picturesOf", picturesOf(visit, job));
    model.put("problem", problem);
    model.put("here", "/runs/" + job.id());
    visit.show("run", model);
  }

  /** The data whose pictures the rows are; empty for texts, and where nobody may look at them. */
  private String picturesOf(Visit visit, Job job) {
    List<VersionId> ids = job.request().data();
    return work.data().all().stream()
        .filter(one -> ids.size() == 1 && one.id().equals(ids.get(0)))
        .filter(one -> one.ofPictures() && access.sees(visit.caller(), one))
        .map(one -> one.id().toString())
        .findFirst()
        .orElse("");
  }

  private List<JobProgress> curve(Job job) {
    return work.jobs().folder(job).readCurve(POINTS);
  }

  /** Curves as the script of the pages draws them. */
  private static String curves(Map<String, List<JobProgress>> all) {
    List<Map<String, Object>> series = new ArrayList<>();
    all.forEach(
        (name, points) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("name", name);
          one.put("points", points.stream().map(p -> List.of(p.done(), p.value())).toList());
          series.add(one);
        });
    return RunResult.json(Map.of("curves", series));
  }

  /** Shows the curves of several trainings in one picture. */
  public void compare(Visit visit) {
    List<String> ids = visit.context().queryParams("run");
    require(
        ids.size() >= 2 && ids.size() <= MOST_CURVES,
        "runs",
        "2 to " + MOST_CURVES + " that are ticked",
        ids.size());
    Map<String, List<JobProgress>> curves = new LinkedHashMap<>();
    List<RunRow> rows = new ArrayList<>();
    List<Map<String, String>> scores = new ArrayList<>();
    for (String id : ids) {
      Job job = access.requireSees(visit.caller(), work.jobs().get(id));
      RunRow row = RunRow.of(work.jobs(), job);
      rows.add(row);
      curves.put(row.name() + " · " + row.created().text(), curve(job));
      scores.add(RunResult.scores(work.jobs().folder(job).readResult().path("test")));
    }
    visit.show("runs-compare", Map.of("runs", rows, "scores", scores, "chart", curves(curves)));
  }

  /** Sends how it goes. */
  public void watch(Visit visit) {
    events.send(visit.context(), work.jobs(), job(visit).id());
  }

  /** Sends the page that the process wrote. */
  public void report(Visit visit) {
    Path report = work.jobs().folder(job(visit)).report();
    if (!Files.isRegularFile(report)) {
      throw Refused.absent("This job has no report");
    }
    try {
      visit.context().header("Content-Security-Policy", REPORT_POLICY);
      if (!visit.parameter("file").isEmpty()) {
        // Its pictures are drawn by a script, which runs on the reader's own machine alone.
        visit.context().header("Content-Disposition", "attachment; filename=\"report.html\"");
      }
      visit.context().html(Files.readString(report));
    } catch (IOException e) {
      throw Refused.unavailable("The report of this job cannot be read", 0);
    }
  }

  /** Stops a job. */
  public void cancel(Visit visit) {
    Job job = job(visit);
    access.requireMayRun(visit.caller(), job.request().name());
    work.jobs().cancel(job.id());
    visit.continueAt("/runs/" + job.id());
  }

  /** Deletes a job that is over, or shows why it cannot be. */
  public void delete(Visit visit) {
    Job job = job(visit);
    access.requireMayRun(visit.caller(), job.request().name());
    try {
      work.deletions().delete(job, visit.caller().account());
    } catch (Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      showOne(visit, job, problem.detail());
      return;
    }
    visit.continueAt(
        (job.request().kind().makesModule() ? "/runs" : "/analyses") + "?done=runDeleted");
  }

  /** Continues a job. */
  public void resume(Visit visit) {
    Job job = job(visit);
    access.requireMayStart(visit.caller(), job.request());
    work.jobs().resume(job.id());
    visit.continueAt("/runs/" + job.id());
  }
}
