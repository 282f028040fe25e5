package io.haori.registry.trial;

import static io.haori.core.check.Check.require;
import static io.haori.core.check.Check.requireState;

import io.haori.core.check.UserError;
import io.haori.core.files.AdapterFiles;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.combination.CombinationTable;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.State;
import io.haori.registry.version.VersionTable;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Starts and ends trials, and sets the rules by which what is live is rolled back. */
public final class Trials {
  private final Ledger ledger;

  /** For one person. */
  public Trials(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Starts a trial.
   *
   * @param candidate approved; in the shadow, where it answers nobody, evaluated or a draft, too
   * @param target where another version of the module is live
   * @param kind how it is tried
   * @param share of the requests, in (0, 1); not looked at in the shadow
   * @param rule what follows by itself
   * @param reason why
   * @return the trial
   * @throws UserError when nothing is live there, another trial runs there, or a rule forbids it
   */
  public Trial start(
      VersionId candidate,
      LiveTarget target,
      TrialKind kind,
      double share,
      TrialRule rule,
      String reason) {
    require(!reason.isBlank(), "reason", "some words", "nothing");
    Intent intent =
        Intent.of("trial", Role.APPROVER, candidate)
            .with("reason", reason)
            .with("alias", target.alias())
            .with("kind", kind.word())
            .with("share", share)
            .with("rule", rule.word());
    return ledger.change(
        intent,
        change -> {
          Handle handle = change.handle();
          VersionId live = live(handle, candidate, target);
          State state = VersionTable.status(handle, candidate).state();
          requireState(
              state == State.APPROVED
                  || state == State.LIVE
                  || (kind == TrialKind.SHADOW && state != State.RETIRED),
              "state of " + candidate,
              kind == TrialKind.SHADOW
                  ? "another than retired"
                  : "approved before it answers a share of the requests",
              state.word());
          require(
              !isDetector(VersionTable.get(handle, candidate)),
              "candidate",
              "a module that answers with labels",
              candidate + ", a detector of anomalies");
          requireState(
              !candidate.equals(live), "candidate", "another version than live", candidate);
          boolean free =
              TrialTable.running(handle).stream()
                  .noneMatch(
                      one -> one.name().equals(candidate.name()) && one.target().equals(target));
          if (!free) {
            throw new UserError(
                UserError.Kind.STATE,
                "A trial of " + candidate.name() + " runs " + target + "; end it first");
          }
          if (kind == TrialKind.SHARE) {
            CombinationTable.requireSafe(handle, candidate);
          }
          Trial trial =
              new Trial(
                  change.seq(),
                  target,
                  live,
                  candidate,
                  kind,
                  kind == TrialKind.SHADOW ? 1 : share,
                  rule,
                  change.now(),
                  change.actor(),
                  reason,
                  null,
                  null);
          TrialTable.insert(handle, trial);
          change.note("live", live.number());
          return trial;
        });
  }

  private static boolean isDetector(ModuleVersion version) {
    return version.origin().method().equals(AdapterFiles.ANOMALY_METHOD);
  }

  private static VersionId live(Handle handle, VersionId candidate, LiveTarget target) {
    return handle
        .createQuery(
            "SELECT version FROM alias WHERE name = ? AND place = ? AND version IS NOT NULL")
        .bind(0, candidate.name().text())
        .bind(1, target.text())
        .mapTo(Integer.class)
        .findOne()
        .map(number -> new VersionId(candidate.name(), number))
        .orElseThrow(
            () ->
                new UserError(
                    UserError.Kind.STATE, "No version of " + candidate.name() + " is " + target));
  }

  /**
   * Ends a trial, unless it has ended.
   *
   * @param id of it
   * @param result in words, for the log
   * @return whether it ran until now
   */
  public boolean end(long id, String result) {
    require(!result.isBlank(), "reason", "some words", "nothing");
    Trial trial =
        ledger
            .database()
            .read(handle -> TrialTable.get(handle, id))
            .orElseThrow(
                () -> new UserError(UserError.Kind.ABSENT, "No trial " + id + " in this registry"));
    Intent intent =
        Intent.of("trial", Role.APPROVER, trial.candidate())
            .with("alias", trial.target().alias())
            .with("trial", id)
            .with("ended", result);
    return ledger.change(
        intent,
        change -> {
          boolean runs = TrialTable.get(change.handle(), id).orElseThrow().isRunning();
          if (runs) {
            TrialTable.end(change.handle(), id, change.now(), result);
          } else {
            change.nothingChanged();
          }
          return runs;
        });
  }

  /** All trials of modules that the person may look at, the last one first. */
  public List<Trial> all() {
    return ledger.lookAtOwn(
        (handle, grants) ->
            TrialTable.all(handle).stream()
                .filter(one -> AccessTable.allow(grants, Role.VIEWER, one.name()))
                .toList());
  }

  /**
   * Says from which live accuracy on modules are rolled back.
   *
   * @param pattern of modules
   * @param atLeast the bound, in (0, 1)
   */
  public void setLiveRule(NamePattern pattern, double atLeast) {
    LiveRule rule = new LiveRule(pattern, atLeast, ledger.actor());
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN)
            .with("pattern", pattern.text())
            .with("liveAtLeast", atLeast),
        change -> {
          TrialTable.set(change.handle(), rule);
          return rule;
        });
  }

  /** Removes the rule of a pattern. */
  public void dropLiveRule(NamePattern pattern) {
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN)
            .with("pattern", pattern.text())
            .with("liveAtLeast", "removed"),
        change -> {
          if (!TrialTable.drop(change.handle(), pattern)) {
            throw new UserError("No rule about live " + pattern + " in this registry");
          }
          return pattern;
        });
  }

  /** The rules about what is live. */
  public List<LiveRule> liveRules() {
    return ledger.look(Intent.ofRegistry("rules", Role.VIEWER), TrialTable::rules);
  }
}
