package io.haori.server.page.screen.decide;

import io.haori.core.check.UserError;
import io.haori.registry.access.Role;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialKind;
import io.haori.registry.trial.TrialRule;
import io.haori.registry.trial.Trials;
import io.haori.server.page.screen.Changes;
import io.haori.server.page.screen.ModuleScreen;
import io.haori.server.page.screen.OverviewScreen;
import io.haori.server.page.screen.Visit;
import io.haori.server.page.screen.Words;
import io.haori.server.problem.Problem;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.feedback.TrialAccuracy;
import io.haori.server.watch.trial.AnswerWatch;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Candidates beside what is live: started, judged by what feedback says, and ended. */
public final class TrialScreen {
  private static final int MOST_ENDED = 20;
  private static final String USUAL_PERCENT = "10";
  private static final double PERCENT = 100;

  private final RegistryWatch watch;
  private final AnswerWatch watching;

  /** Of a server. */
  public TrialScreen(RegistryWatch watch, AnswerWatch watching) {
    this.watch = watch;
    this.watching = watching;
  }

  /**
   * A trial.
   *
   * @param id its number
   * @param alias where it runs, as requests name it
   * @param live the version that is live
   * @param candidate the version that is tried
   * @param kind share or shadow
   * @param share of the requests that the candidate answers
   * @param rule what follows by itself
   * @param started when
   * @param actor who started it
   * @param reason why
   * @param verdict stop, go_on or switch
   * @param difference interval of the accuracies' difference
   * @param liveAccuracy of what is live, with its interval
   * @param candidateAccuracy of the candidate, with its interval
   * @param ended when; empty while it runs
   * @param result what it ended with; empty while it runs
   */
  public record TrialCard(
      long id,
      String alias,
      int live,
      int candidate,
      String kind,
      String share,
      String rule,
      Words.Moment started,
      String actor,
      String reason,
      String verdict,
      String difference,
      String liveAccuracy,
      String candidateAccuracy,
      String ended,
      String result) {}

  /** Shows the trials of the module of the address, and the form that starts one. */
  public void show(Visit visit) {
    show(visit, "");
  }

  private void show(Visit visit, String problem) {
    ModuleName name = visit.module();
    ModuleDirectory directory = watch.directory();
    directory.newest(name);
    watching.feedback().catchUp();
    List<Trial> all =
        visit.registry().trials().all().stream().filter(one -> one.name().equals(name)).toList();
    boolean again = !problem.isEmpty();
    Map<String, Object> model = new HashMap<>();
    model.put("name", name.text());
    model.put("running", all.stream().filter(Trial::isRunning).map(this::card).toList());
    model.put(
        "ended",
        all.stream().filter(one -> !one.isRunning()).limit(MOST_ENDED).map(this::card).toList());
    model.put("targets", ModuleScreen.targets(directory, name));
    model.put(
        "candidates",
        directory.inUse().stream()
            .filter(one -> one.id().name().equals(name))
            .map(one -> one.id().number())
            .sorted((one, other) -> Integer.compare(other, one))
            .toList());
    model.put("mayDecide", visit.caller().may(Role.APPROVER, name));
    model.put("done", visit.parameter("done"));
    model.put("problem", problem);
    model.put("candidate", again ? visit.field("candidate") : visit.parameter("candidate"));
    model.put("target", again ? visit.field("target") : "");
    model.put("kind", again ? visit.field("kind") : TrialKind.SHARE.word());
    model.put("percent", again ? visit.field("percent") : USUAL_PERCENT);
    model.put("rule", again ? visit.field("rule") : TrialRule.STOP.word());
    model.put("reason", again ? visit.field("reason") : "");
    model.put("here", address(name));
    visit.show("trials", model);
  }

  private TrialCard card(Trial trial) {
    TrialAccuracy found = watching.feedback().ofTrial(trial.id());
    return new TrialCard(
        trial.id(),
        trial.target().alias(),
        trial.live().number(),
        trial.candidate().number(),
        trial.kind().word(),
        Words.percent(trial.share()),
        trial.rule().word(),
        Words.moment(trial.started()),
        trial.actor(),
        trial.reason(),
        found.verdict().name().toLowerCase(Locale.ROOT),
        Words.points(found.low()) + " … " + Words.points(found.high()),
        accuracy(found.live()),
        accuracy(found.candidate()),
        trial.ended() == null ? "" : Words.moment(Objects.requireNonNull(trial.ended())).text(),
        Objects.requireNonNullElse(trial.result(), ""));
  }

  private static String accuracy(LiveAccuracy found) {
    return found.answers() == 0 ? "–" : OverviewScreen.accuracy(found);
  }

  /** Starts what the form describes. */
  public void start(Visit visit) {
    ModuleName name = name(visit);
    change(
        visit,
        name,
        "trialStarted",
        trials -> {
          TrialKind kind = TrialKind.of(visit.field("kind"));
          trials.start(
              ModuleReference.parseVersion(name + "@" + visit.field("candidate")),
              new LiveTarget(visit.field("target")),
              kind,
              kind == TrialKind.SHADOW ? 1 : share(visit.field("percent")),
              TrialRule.of(visit.field("rule")),
              visit.field("reason"));
        });
  }

  private static double share(String percent) {
    try {
      return Double.parseDouble(percent) / PERCENT;
    } catch (NumberFormatException e) {
      throw new UserError(
          "share must be a number of per cent, got " + (percent.isEmpty() ? "nothing" : percent),
          e);
    }
  }

  /** Ends a trial; what is live stays. */
  public void end(Visit visit) {
    ModuleName name = name(visit);
    change(
        visit,
        name,
        "trialEnded",
        trials -> trials.end(trial(visit, name).id(), visit.field("reason")));
  }

  /** Makes the candidate live, and ends the trial. */
  public void decide(Visit visit) {
    ModuleName name = name(visit);
    change(
        visit,
        name,
        "live",
        trials -> {
          Trial trial = trial(visit, name);
          VersionId candidate = trial.candidate();
          visit.registry().lifeCycle().goLive(candidate, trial.target(), visit.field("reason"));
          trials.end(trial.id(), visit.field("reason"));
        });
  }

  private static Trial trial(Visit visit, ModuleName name) {
    String number = visit.context().pathParam("id");
    return visit.registry().trials().all().stream()
        .filter(one -> one.name().equals(name) && String.valueOf(one.id()).equals(number))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    UserError.Kind.ABSENT,
                    "No trial of that number of " + name + " in this registry"));
  }

  private interface Change {
    void apply(Trials trials);
  }

  private void change(Visit visit, ModuleName name, String done, Change change) {
    Changes.run(() -> change.apply(visit.registry().trials()))
        .ifPresentOrElse(
            refused -> {
              visit.context().status(Problem.of(refused).status());
              show(visit, ModuleScreen.sentence(refused));
            },
            () -> {
              watch.look();
              visit.continueAt(address(name) + "?done=" + done);
            });
  }

  private static ModuleName name(Visit visit) {
    return new ModuleName(visit.context().pathParam("name"));
  }

  private static String address(ModuleName name) {
    return ModuleScreen.address(name) + "/trials";
  }
}
