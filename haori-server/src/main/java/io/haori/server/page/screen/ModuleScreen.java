package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.registry.VersionSummary;
import io.haori.registry.VersionView;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.server.engine.BaseEngines;
import io.haori.server.problem.Problem;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A module: its versions, where they are live, how they scored, and the way back. */
public final class ModuleScreen {
  private static final int CHANGES = 20;

  private final RegistryWatch watch;
  private final BaseEngines engines;

  /** Of a server. */
  public ModuleScreen(RegistryWatch watch, BaseEngines engines) {
    this.watch = watch;
    this.engines = engines;
  }

  /**
   * A version.
   *
   * @param version its number
   * @param state in its life
   * @param created when it was added
   * @param author who added it
   * @param method of it
   * @param shortDigest the beginning of its digest
   * @param live where it is live
   * @param residence as the overview has it
   */
  public record VersionRow(
      int version,
      String state,
      Words.Moment created,
      String author,
      String method,
      String shortDigest,
      List<String> live,
      String residence) {}

  /**
   * A target at which a version is live.
   *
   * @param target empty for everywhere
   * @param alias as requests name it
   * @param version that is live
   */
  public record TargetRow(String target, String alias, int version) {}

  /** Shows the module of the address. */
  public void show(Visit visit) {
    show(visit, "", "");
  }

  private void show(Visit visit, String problem, String reason) {
    ModuleName name = visit.module();
    ModuleDirectory directory = watch.directory();
    directory.newest(name);
    List<VersionView> views = visit.registry().modules().versions(name);
    Map<String, Object> model = new HashMap<>();
    model.put("name", name.text());
    model.put("versions", versions(directory, views));
    model.put("targets", targets(directory, name));
    model.put("mayDecide", visit.caller().may(Role.APPROVER, name));
    model.put("chart", chart(visit, views));
    model.put("changes", changes(visit, name));
    model.put("done", visit.parameter("done"));
    model.put("problem", problem);
    model.put("reason", reason);
    model.put("here", address(name));
    visit.show("module", model);
  }

  private List<VersionRow> versions(ModuleDirectory directory, List<VersionView> views) {
    List<VersionRow> rows = new ArrayList<>();
    for (VersionView view : views) {
      VersionSummary summary = directory.find(view.version().id());
      String residence =
          summary == null ? "onDemand" : OverviewScreen.residence(engines, directory, summary);
      rows.add(
          0,
          new VersionRow(
              view.version().id().number(),
              view.status().state().word(),
              Words.moment(view.version().created()),
              view.version().author(),
              view.version().origin().method(),
              Words.shortDigest(view.version().contentDigest()),
              view.live().stream().map(LiveTarget::alias).toList(),
              residence));
    }
    return rows;
  }

  /** Where versions of a module are live. */
  public static List<TargetRow> targets(ModuleDirectory directory, ModuleName name) {
    return directory.live().stream()
        .filter(one -> one.id().name().equals(name))
        .map(one -> new TargetRow(one.target().text(), one.target().alias(), one.id().number()))
        .toList();
  }

  /** The last score of each version by data set, split and metric, for a picture. */
  private static Map<String, Map<Integer, Double>> scores(Visit visit, List<VersionView> views) {
    Map<String, Map<Integer, Double>> scores = new TreeMap<>();
    for (VersionView view : views) {
      VersionId id = view.version().id();
      for (RecordedEvaluation one : visit.registry().lifeCycle().evaluations(id)) {
        String data = one.evaluation().dataName() + " (" + one.evaluation().split() + ") ";
        one.evaluation()
            .scores()
            .forEach(
                (metric, score) ->
                    scores
                        .computeIfAbsent(data + metric, unknown -> new TreeMap<>())
                        .put(id.number(), score));
      }
    }
    return scores;
  }

  /** A picture of scores by version; nothing where there is one version to show. */
  private static String chart(Visit visit, List<VersionView> views) {
    Map<String, Map<Integer, Double>> scores = scores(visit, views);
    scores.values().removeIf(byVersion -> byVersion.size() < 2);
    return scores.isEmpty() ? "" : ScoreChart.json(scores);
  }

  private static List<ChangeRow> changes(Visit visit, ModuleName name) {
    List<ChangeRow> rows = new ArrayList<>();
    List<AuditEntry> entries = visit.registry().maintenance().history(name, CHANGES);
    entries.forEach(one -> rows.add(0, ChangeRow.of(one)));
    return rows;
  }

  /** Makes live again what was live before. */
  public void rollBack(Visit visit) {
    ModuleName name = new ModuleName(visit.context().pathParam("name"));
    String reason = visit.field("reason");
    change(
        visit,
        name,
        "rolledBack",
        () ->
            visit
                .registry()
                .lifeCycle()
                .rollback(name, new LiveTarget(visit.field("target")), reason));
  }

  /** Takes away what is live somewhere. */
  public void withdraw(Visit visit) {
    ModuleName name = new ModuleName(visit.context().pathParam("name"));
    String reason = visit.field("reason");
    change(
        visit,
        name,
        "withdrawn",
        () ->
            visit
                .registry()
                .lifeCycle()
                .withdraw(name, new LiveTarget(visit.field("target")), reason));
  }

  private void change(Visit visit, ModuleName name, String done, Runnable attempt) {
    Changes.run(attempt)
        .ifPresentOrElse(
            refused -> {
              visit.context().status(Problem.of(refused).status());
              show(visit, sentence(refused), visit.field("reason"));
            },
            () -> {
              watch.look();
              visit.continueAt(address(name) + "?done=" + done);
            });
  }

  /** Why something was refused, as the page says it. */
  public static String sentence(UserError refused) {
    return Objects.requireNonNullElse(refused.getMessage(), "");
  }

  /** The address of a module's screen. */
  public static String address(ModuleName name) {
    return "/modules/" + Visits.encoded(name.text());
  }
}
