package io.haori.server.page.screen.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.haori.core.check.UserError;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionDiff;
import io.haori.registry.VersionDiff.Difference;
import io.haori.registry.VersionDiff.Side;
import io.haori.registry.VersionSummary;
import io.haori.registry.VersionView;
import io.haori.registry.access.Role;
import io.haori.registry.lifecycle.LifeCycle;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.State;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.Job;
import io.haori.server.job.JobAccess;
import io.haori.server.job.JobKind;
import io.haori.server.job.WorkFolder;
import io.haori.server.page.screen.Changes;
import io.haori.server.page.screen.ModuleScreen;
import io.haori.server.page.screen.OverviewScreen;
import io.haori.server.page.screen.RunResult;
import io.haori.server.page.screen.Visit;
import io.haori.server.page.screen.Words;
import io.haori.server.problem.Problem;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A version: what is known of it beside the forms that decide about it. */
public final class VersionScreen {
  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final WorkFolder work;
  private final JobAccess access;

  /** Of a server. */
  public VersionScreen(
      RegistryWatch watch, BaseEngines engines, WorkFolder work, JobAccess access) {
    this.watch = watch;
    this.engines = engines;
    this.work = work;
    this.access = access;
  }

  /** Shows the version of the address. */
  public void show(Visit visit) {
    show(visit, id(visit), "");
  }

  private static VersionId id(Visit visit) {
    return ModuleReference.parseVersion(
        visit.context().pathParam("name") + "@" + visit.context().pathParam("version"));
  }

  private void show(Visit visit, VersionId id, String problem) {
    visit.requireMayUse(new ModuleReference.Numbered(id));
    ModuleDirectory directory = watch.directory();
    VersionSummary summary = directory.get(id);
    VersionView view = visit.registry().modules().show(new ModuleReference.Numbered(id));
    State state = view.status().state();
    boolean mayDecide = visit.caller().may(Role.APPROVER, id.name());
    Map<String, Object> model = new HashMap<>();
    model.put("name", id.name().text());
    model.put("version", id.number());
    model.put("state", state.word());
    model.put("stateSince", Words.moment(view.status().changed()));
    model.put("live", view.live().stream().map(LiveTarget::alias).toList());
    model.put("residence", OverviewScreen.residence(engines, directory, summary));
    model.put("mayDecide", mayDecide);
    model.put("mayApprove", mayDecide && isBefore(state, State.APPROVED));
    model.put("mayGoLive", mayDecide && (state == State.APPROVED || state == State.LIVE));
    model.put("mayRetire", mayDecide && state != State.RETIRED && view.live().isEmpty());
    model.put("problem", problem);
    model.put("reason", problem.isEmpty() ? "" : visit.field("reason"));
    model.put("target", problem.isEmpty() ? "" : visit.field("target"));
    model.put("done", visit.parameter("done"));
    model.put("here", address(id));
    model.put("others", others(directory, id));
    model.put("baseName", view.version().origin().baseName());
    model.put(
        "servedBase",
        engines.withDigest(summary.baseDigest()).map(one -> one.base().name()).orElse(""));
    model.putAll(Evidence.of(visit, view, live(directory, id)));
    model.putAll(ofItsJob(visit, id));
    visit.show("version", model);
  }

  /** The version of the same module that is live everywhere, or else anywhere. */
  private static @Nullable VersionId live(ModuleDirectory directory, VersionId id) {
    return directory.live().stream()
        .filter(one -> one.id().name().equals(id.name()))
        .sorted(Comparator.comparing(one -> !one.target().equals(LiveTarget.EVERYWHERE)))
        .map(LiveVersion::id)
        .findFirst()
        .orElse(null);
  }

  /** The last evaluation by this server, else the job that made it, if they may look at it. */
  private @Nullable Job evidenceOf(Visit visit, VersionId id) {
    if (!work.closedBecause().isEmpty()) {
      return null;
    }
    Optional<Job> evaluated =
        work.jobs().evaluationOf(id).filter(one -> access.sees(visit.caller(), one));
    return evaluated
        .or(() -> work.jobs().of(id).filter(one -> access.sees(visit.caller(), one)))
        .orElse(null);
  }

  /** What the job found that made it, where this server ran it and they may look at its data. */
  private Map<String, Object> ofItsJob(Visit visit, VersionId id) {
    Job job = evidenceOf(visit, id);
    Map<String, Object> model = new HashMap<>();
    model.put("job", job == null ? "" : job.id());
    model.put("evaluated", job != null && job.request().kind() == JobKind.EVALUATE);
    JsonNode result =
        job == null ? MissingNode.getInstance() : work.jobs().folder(job).readResult();
    boolean mayEvaluate =
        work.closedBecause().isEmpty() && access.mayRun(visit.caller(), id.name());
    model.put("mayEvaluate", mayEvaluate);
    model.put(
        "evaluationData",
        mayEvaluate
            ? work.data().all().stream()
                .filter(one -> !one.textsOnly() && access.sees(visit.caller(), one))
                .map(one -> one.id().toString())
                .toList()
            : List.of());
    model.put("interval", RunResult.interval(result));
    model.put("mistakes", RunResult.mistakes(result.path("mistakes")));
    return model;
  }

  private static boolean isBefore(State state, State other) {
    return state.compareTo(other) < 0;
  }

  private static List<Integer> others(ModuleDirectory directory, VersionId id) {
    return directory.inUse().stream()
        .map(VersionSummary::id)
        .filter(one -> one.name().equals(id.name()) && one.number() != id.number())
        .map(VersionId::number)
        .toList();
  }

  /** Approves it. */
  public void approve(Visit visit) {
    VersionId id = id(visit);
    String reason = visit.field("reason");
    change(visit, id, "approved", lifeCycle -> lifeCycle.approve(id, reason));
  }

  /** Makes it live. */
  public void goLive(Visit visit) {
    VersionId id = id(visit);
    String reason = visit.field("reason");
    change(
        visit,
        id,
        "live",
        lifeCycle -> lifeCycle.goLive(id, new LiveTarget(visit.field("target")), reason));
  }

  /** Retires it. */
  public void retire(Visit visit) {
    VersionId id = id(visit);
    String reason = visit.field("reason");
    change(visit, id, "retired", lifeCycle -> lifeCycle.retire(id, reason));
  }

  private interface Change {
    void apply(LifeCycle lifeCycle);
  }

  private void change(Visit visit, VersionId id, String done, Change change) {
    LifeCycle lifeCycle = visit.registry().lifeCycle();
    UserError refused = Changes.run(() -> change.apply(lifeCycle)).orElse(null);
    if (refused == null) {
      watch.look();
      visit.continueAt(address(id) + "?done=" + done);
    } else {
      visit.context().status(Problem.of(refused).status());
      show(visit, id, Objects.requireNonNullElse(refused.getMessage(), ""));
    }
  }

  private static String address(VersionId id) {
    return ModuleScreen.address(id.name()) + "/" + id.number();
  }

  /** Shows what two versions of a module differ in. */
  public void compare(Visit visit) {
    VersionId left = id(visit);
    VersionId right = ModuleReference.parseVersion(left.name() + "@" + visit.parameter("with"));
    visit.requireMayUse(new ModuleReference.Numbered(left));
    watch.directory().get(left);
    watch.directory().get(right);
    List<Difference> differences = VersionDiff.between(side(visit, left), side(visit, right));
    visit.show(
        "compare",
        Map.of(
            "name",
            left.name().text(),
            "left",
            left.number(),
            "right",
            right.number(),
            "differences",
            differences.stream().map(VersionScreen::row).toList()));
  }

  /**
   * Something in which two versions differ.
   *
   * @param what it is
   * @param left of the first, empty when it has none
   * @param right of the second, empty when it has none
   */
  public record DifferenceRow(String what, String left, String right) {}

  private static DifferenceRow row(Difference one) {
    return new DifferenceRow(
        one.what(),
        Objects.requireNonNullElse(one.left(), ""),
        Objects.requireNonNullElse(one.right(), ""));
  }

  private static Side side(Visit visit, VersionId id) {
    ModuleReference reference = new ModuleReference.Numbered(id);
    return new Side(
        visit.registry().modules().show(reference), visit.registry().lifeCycle().evaluations(id));
  }

  /** The number of files and how large they are. */
  static String files(ModuleVersion version) {
    return version.files().size() + ", " + Words.size(version.bytes());
  }
}
