package io.haori.server.page.screen.decide;

import io.haori.core.check.UserError;
import io.haori.registry.VersionSummary;
import io.haori.registry.access.Role;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.combination.MeasuredCombination;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.version.State;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.Job;
import io.haori.server.job.JobAccess;
import io.haori.server.job.JobRequest;
import io.haori.server.job.WorkFolder;
import io.haori.server.page.screen.Changes;
import io.haori.server.page.screen.ModuleScreen;
import io.haori.server.page.screen.Visit;
import io.haori.server.page.screen.Words;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Modules that act together: what each loses, measured and compared with the rules. */
public final class CombinationScreen {
  private static final int MOST = 50;
  private static final double ROUNDING = 1e-9;

  private final RegistryWatch watch;
  private final BaseEngines engines;
  private final WorkFolder work;
  private final JobAccess access;

  /** Of a server. */
  public CombinationScreen(
      RegistryWatch watch, BaseEngines engines, WorkFolder work, JobAccess access) {
    this.watch = watch;
    this.engines = engines;
    this.work = work;
    this.access = access;
  }

  /**
   * What a member did.
   *
   * @param module the member
   * @param data its rows
   * @param metric the score
   * @param alone without the others
   * @param together with the others
   * @param loss of the score
   * @param bound of the rules; empty where there is none, or they may not be seen
   * @param tooMuch whether the loss is above it
   */
  public record MemberRow(
      String module,
      String data,
      String metric,
      String alone,
      String together,
      String loss,
      String bound,
      boolean tooMuch) {}

  /**
   * Modules that were measured together.
   *
   * @param subject their names with their weights
   * @param measured when
   * @param actor by whom
   * @param members what each did
   */
  public record CombinationCard(
      String subject, Words.Moment measured, String actor, List<MemberRow> members) {}

  /**
   * A bound.
   *
   * @param pattern modules of these names
   * @param metric the score
   * @param atMost what it may fall by
   */
  public record LossRow(String pattern, String metric, String atMost) {}

  /**
   * A module that may be chosen.
   *
   * @param id the version
   * @param chosen whether it is ticked
   * @param weight in the mix
   * @param data its rows; empty for those of all
   */
  public record ModuleChoiceRow(String id, boolean chosen, String weight, String data) {}

  /** Shows what was measured, the rules, and the form that measures. */
  public void show(Visit visit) {
    show(visit, "");
  }

  private void show(Visit visit, String problem) {
    boolean again = !problem.isEmpty();
    boolean open = work.closedBecause().isEmpty();
    Map<String, Object> model = new HashMap<>();
    List<CombinationRule> rules = rules(visit);
    model.put("problem", problem);
    model.put("done", visit.parameter("done"));
    model.put("closed", work.closedBecause());
    model.put(
        "measured",
        visit.registry().combinations().all(MOST).stream().map(one -> card(one, rules)).toList());
    model.put(
        "rules",
        rules.stream()
            .map(
                one ->
                    new LossRow(one.pattern().text(), one.metric(), String.valueOf(one.atMost())))
            .toList());
    model.put("isAdmin", visit.caller().may(Role.ADMIN, null));
    model.put(
        "mayMeasure",
        open && visit.caller().grants().stream().anyMatch(one -> one.role().covers(Role.AUTHOR)));
    model.put("modules", choices(visit, again));
    model.put("data", open ? labelled(visit) : List.of());
    model.put("dataOfAll", again ? visit.field("data") : "");
    model.put(
        "metric", again && !visit.field("metric").isEmpty() ? visit.field("metric") : "accuracy");
    model.put("here", "/combinations");
    visit.show("combinations", model);
  }

  /** The rules, for who may see those of the registry. */
  static List<CombinationRule> rules(Visit visit) {
    return visit.caller().may(Role.VIEWER, null)
        ? visit.registry().combinations().rules()
        : List.of();
  }

  private static CombinationCard card(MeasuredCombination one, List<CombinationRule> rules) {
    return new CombinationCard(
        one.subject(),
        Words.moment(one.happened()),
        one.actor(),
        one.members().stream().map(member -> row(member, rules)).toList());
  }

  /** A line of evidence beside the tightest rule about it. */
  static MemberRow row(MeasuredMember one, List<CombinationRule> rules) {
    Double bound =
        rules.stream()
            .filter(rule -> rule.pattern().matches(one.member().name()))
            .filter(rule -> rule.metric().equals(one.metric()))
            .map(CombinationRule::atMost)
            .min(Double::compare)
            .orElse(null);
    return new MemberRow(
        one.member().toString(),
        one.dataName() + " (" + one.split() + ", " + one.rows() + ")",
        one.metric(),
        Words.score(one.alone()),
        Words.score(one.together()),
        Words.difference(one.loss()),
        bound == null ? "" : String.valueOf(bound),
        bound != null && !(one.loss() <= bound + ROUNDING));
  }

  private List<ModuleChoiceRow> choices(Visit visit, boolean again) {
    ModuleDirectory directory = watch.directory();
    List<String> ticked =
        again ? visit.context().formParams("modules") : visit.context().queryParams("modules");
    List<ModuleChoiceRow> rows = new ArrayList<>();
    for (VersionSummary one : directory.inUse()) {
      boolean combines = one.state() != State.RETIRED && !ModuleDirectory.isDetector(one);
      if (visit.sees(one.id().name()) && combines) {
        String id = one.id().toString();
        String weight = visit.field("weight-" + id);
        rows.add(
            new ModuleChoiceRow(
                id,
                ticked.contains(id),
                again && !weight.isEmpty() ? weight : "1",
                again ? visit.field("data-" + id) : ""));
      }
    }
    return rows;
  }

  private List<String> labelled(Visit visit) {
    return work.data().all().stream()
        .filter(one -> !one.textsOnly() && access.sees(visit.caller(), one))
        .map(one -> one.id().toString())
        .toList();
  }

  /** Starts the measurement that the form describes. */
  public void measure(Visit visit) {
    Job job;
    try {
      JobRequest request = CombinationForm.read(visit, work.data(), watch.directory(), engines);
      access.requireMayStart(visit.caller(), request);
      job = work.jobs().submit(request, visit.caller().account());
    } catch (UserError | Refused e) {
      Problem problem = Problem.of(e);
      visit.context().status(problem.status());
      show(visit, problem.detail());
      return;
    }
    visit.continueAt("/runs/" + job.id());
  }

  /** Sets what a module may lose beside others. */
  public void rule(Visit visit) {
    change(
        visit,
        "rule",
        () ->
            visit
                .registry()
                .combinations()
                .setRule(
                    new CombinationRule(
                        pattern(visit), visit.field("metric"), bound(visit.field("atMost")))));
  }

  /** Removes what modules of a pattern may lose. */
  public void dropRule(Visit visit) {
    change(visit, "ruleDropped", () -> visit.registry().combinations().dropRule(pattern(visit)));
  }

  private static NamePattern pattern(Visit visit) {
    String pattern = visit.field("pattern");
    return pattern.isEmpty() ? NamePattern.ALL : new NamePattern(pattern);
  }

  private static double bound(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserError(
          "largest loss must be a number, got " + (text.isEmpty() ? "nothing" : text), e);
    }
  }

  private void change(Visit visit, String done, Runnable attempt) {
    Changes.run(attempt)
        .ifPresentOrElse(
            refused -> {
              visit.context().status(Problem.of(refused).status());
              show(visit, ModuleScreen.sentence(refused));
            },
            () -> {
              watch.look();
              visit.continueAt("/combinations?done=" + done);
            });
  }

  /** What was measured of a version that was made of others, for those who decide about it. */
  static List<MemberRow> of(Visit visit, ModuleName about, String subject) {
    List<CombinationRule> rules = rules(visit);
    return visit.registry().combinations().evidence(subject, about).stream()
        .filter(one -> visit.sees(one.member().name()))
        .map(one -> row(one, rules))
        .toList();
  }
}
