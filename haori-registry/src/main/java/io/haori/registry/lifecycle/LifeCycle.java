package io.haori.registry.lifecycle;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.combination.CombinationTable;
import io.haori.registry.ledger.Change;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.registry.version.VersionTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves versions through their life: draft, evaluated, approved, live, retired. What is live is
 * moved in one transaction, so whoever looks sees the old version or the new one.
 */
public final class LifeCycle {
  private static final int LONGEST_REASON = 2_000;

  private final Ledger ledger;

  /** For one person. */
  public LifeCycle(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Records what was measured; a draft becomes evaluated.
   *
   * @param id which version
   * @param evaluation what was measured on which data
   */
  public void evaluated(VersionId id, Evaluation evaluation) {
    Intent intent =
        Intent.of("evaluate", Role.AUTHOR, id)
            .with("data", evaluation.dataName())
            .with("split", evaluation.split())
            .with("dataDigest", evaluation.dataDigest())
            .with("scores", evaluation.scores());
    ledger.change(
        intent,
        change -> {
          State state = requireInUse(change.handle(), id);
          RuleTable.insert(
              change.handle(), change.seq(), id, evaluation, change.now(), change.actor());
          if (state == State.DRAFT) {
            VersionTable.setState(change.handle(), id, State.EVALUATED, change.now());
          }
          return id;
        });
  }

  /** What was measured of a version, in the order of time. */
  public List<RecordedEvaluation> evaluations(VersionId id) {
    return ledger.look(
        Intent.of("show", Role.VIEWER, id), handle -> RuleTable.evaluations(handle, id));
  }

  /**
   * Approves a version that was evaluated well enough. Where the rules ask for another person and
   * no score, a draft may be approved: a module without a head has no score.
   *
   * @param id which version
   * @param reason why
   * @throws UserError when the state, a rule or the four-eyes rule forbids it
   */
  public void approve(VersionId id, String reason) {
    checkReason(reason);
    ledger.change(
        Intent.of("approve", Role.APPROVER, id).with("reason", reason),
        change -> {
          State state = requireInUse(change.handle(), id);
          if (state == State.APPROVED || state == State.LIVE) {
            change.nothingChanged();
            return id;
          }
          require(
              state == State.EVALUATED || !RuleTable.asksForScores(change.handle(), id.name()),
              "state of " + id,
              "evaluated before it is approved",
              state.word());
          String author = VersionTable.get(change.handle(), id).author();
          RuleTable.requireFulfilled(change.handle(), id, author, change.actor());
          VersionTable.setState(change.handle(), id, State.APPROVED, change.now());
          return id;
        });
  }

  /**
   * Makes a version live.
   *
   * @param id which version, approved before
   * @param target for which task or site
   * @param reason why
   * @throws UserError when its state forbids it, or it is a mix or merged module in which a member
   *     loses more than the rule about combinations allows
   */
  public void goLive(VersionId id, LiveTarget target, String reason) {
    checkReason(reason);
    ledger.change(
        Intent.of("promote", Role.APPROVER, id)
            .with("reason", reason)
            .with("alias", target.alias()),
        change -> {
          Handle handle = change.handle();
          State state = requireInUse(handle, id);
          require(
              state == State.APPROVED || state == State.LIVE,
              "state of " + id,
              "approved before it is live",
              state.word());
          CombinationTable.requireSafe(handle, id);
          AliasMove last = AliasTable.last(handle, id.name(), target).orElse(null);
          if (last != null && last.version() != null && last.version() == id.number()) {
            change.nothingChanged();
            return id;
          }
          move(
              change,
              id.name(),
              target,
              id,
              last,
              last == null ? null : last.seq(),
              "promote",
              reason);
          return id;
        });
  }

  /**
   * Makes live again what was live before.
   *
   * @param name the module
   * @param target at which task or site
   * @param reason why
   * @return the version that is live now
   * @throws UserError when nothing that can be live was live there before
   */
  public VersionId rollback(ModuleName name, LiveTarget target, String reason) {
    checkReason(reason);
    return ledger.change(
        Intent.of("rollback", Role.APPROVER, name)
            .with("reason", reason)
            .with("alias", target.alias()),
        change -> {
          Handle handle = change.handle();
          AliasMove last = AliasTable.last(handle, name, target).orElse(null);
          AliasMove back = last;
          do {
            Long replaced = back == null ? null : back.replaced();
            if (last == null || replaced == null) {
              throw new UserError("No earlier version of " + name + " was " + target);
            }
            back = AliasTable.get(handle, replaced);
          } while (!canBeLive(handle, name, back.version(), last.version()));
          VersionId id = new VersionId(name, back.version() == null ? 0 : back.version());
          change.about(id.number());
          move(change, name, target, id, last, back.replaced(), "rollback", reason);
          return id;
        });
  }

  private static boolean canBeLive(
      Handle handle, ModuleName name, @Nullable Integer version, @Nullable Integer current) {
    return version != null
        && !version.equals(current)
        && VersionTable.status(handle, new VersionId(name, version)).state() != State.RETIRED;
  }

  /**
   * Takes away what is live somewhere, so that nothing is.
   *
   * @param name the module
   * @param target at which task or site
   * @param reason why
   */
  public void withdraw(ModuleName name, LiveTarget target, String reason) {
    checkReason(reason);
    ledger.change(
        Intent.of("withdraw", Role.APPROVER, name)
            .with("reason", reason)
            .with("alias", target.alias()),
        change -> {
          AliasMove last = AliasTable.last(change.handle(), name, target).orElse(null);
          if (last == null || last.version() == null) {
            throw new UserError("No version of " + name + " is " + target);
          }
          move(change, name, target, null, last, last.seq(), "withdraw", reason);
          return name;
        });
  }

  private static void move(
      Change change,
      ModuleName name,
      LiveTarget target,
      @Nullable VersionId id,
      @Nullable AliasMove last,
      @Nullable Long replaced,
      String action,
      String reason) {
    Handle handle = change.handle();
    AliasTable.move(
        handle,
        new AliasMove(
            change.seq(),
            name,
            target,
            id == null ? null : id.number(),
            replaced,
            action,
            change.now(),
            change.actor(),
            reason));
    if (id != null) {
      VersionTable.setState(handle, id, State.LIVE, change.now());
    }
    if (last != null && last.version() != null) {
      VersionId before = new VersionId(name, last.version());
      change.note("before", last.version());
      if (AliasTable.targetsOf(handle, before).isEmpty()) {
        VersionTable.setState(handle, before, State.APPROVED, change.now());
      }
    }
  }

  /**
   * Retires a version for good.
   *
   * @param id which version
   * @param reason why
   * @throws UserError naming what depends on it
   */
  public void retire(VersionId id, String reason) {
    checkReason(reason);
    ledger.change(
        Intent.of("retire", Role.APPROVER, id).with("reason", reason),
        change -> {
          Handle handle = change.handle();
          if (VersionTable.status(handle, id).state() == State.RETIRED) {
            change.nothingChanged();
            return id;
          }
          List<String> dependants = new ArrayList<>();
          AliasTable.targetsOf(handle, id).forEach(target -> dependants.add(target.alias()));
          dependants.addAll(mixesOf(handle, id));
          if (!dependants.isEmpty()) {
            throw new UserError(
                id + " must be free of what depends on it, got " + String.join(", ", dependants));
          }
          VersionTable.setState(handle, id, State.RETIRED, change.now());
          return id;
        });
  }

  private static List<String> mixesOf(Handle handle, VersionId id) {
    return handle
        .createQuery(
            "SELECT p.name, p.version FROM version_parent p JOIN version_state s"
                + " ON s.name = p.name AND s.version = p.version"
                + " WHERE p.parent_name = ? AND p.parent_version = ? AND p.relation = 'mix'"
                + " AND s.state <> 'retired' ORDER BY p.name, p.version")
        .bind(0, id.name().text())
        .bind(1, id.number())
        .map((row, context) -> "the mix " + row.getString(1) + "@" + row.getInt(2))
        .list();
  }

  /**
   * What was live at a moment, of those modules that the person may look at.
   *
   * @param moment past or present
   * @return one move a place, by name and place
   */
  public List<AliasMove> liveAt(Instant moment) {
    return ledger.lookAtOwn(
        (handle, grants) ->
            AliasTable.at(handle, moment).stream()
                .filter(move -> move.version() != null)
                .filter(move -> AccessTable.allow(grants, Role.VIEWER, move.name()))
                .toList());
  }

  /**
   * Sets a rule that approval asks for; one about the same data and metric is replaced.
   *
   * @param rule what must be reached
   */
  public void setRule(ApprovalRule rule) {
    Intent intent =
        Intent.ofRegistry("rule", Role.ADMIN)
            .with("pattern", rule.pattern().text())
            .with("data", rule.dataName())
            .with("split", rule.split())
            .with("metric", rule.metric())
            .with("atLeast", rule.atLeast());
    ledger.change(
        rule.dataDigest() == null ? intent : intent.with("dataDigest", rule.dataDigest()),
        change -> {
          RuleTable.set(change.handle(), rule);
          return rule;
        });
  }

  /**
   * Removes the rules of a pattern, also that another person must approve.
   *
   * @param pattern as it was given with them
   */
  public void dropRules(NamePattern pattern) {
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN).with("pattern", pattern.text()).with("removed", true),
        change -> {
          List<String> removed = RuleTable.drop(change.handle(), pattern);
          if (removed.isEmpty()) {
            throw new UserError("No rule about " + pattern + " in this registry");
          }
          change.note("rules", removed);
          return removed;
        });
  }

  /**
   * Says whether an author may approve their own versions.
   *
   * @param pattern of modules
   * @param on whether another person must approve
   */
  public void setFourEyes(NamePattern pattern, boolean on) {
    ledger.change(
        Intent.ofRegistry("rule", Role.ADMIN).with("pattern", pattern.text()).with("fourEyes", on),
        change -> {
          RuleTable.setFourEyes(change.handle(), pattern, on);
          return on;
        });
  }

  /** All rules. */
  public List<ApprovalRule> rules() {
    return ledger.look(Intent.ofRegistry("rules", Role.VIEWER), RuleTable::all);
  }

  /** The patterns whose modules four eyes must approve. */
  public List<NamePattern> fourEyes() {
    return ledger.look(Intent.ofRegistry("rules", Role.VIEWER), RuleTable::fourEyes);
  }

  private static State requireInUse(Handle handle, VersionId id) {
    State state = VersionTable.status(handle, id).state();
    require(state != State.RETIRED, "state of " + id, "another than retired", state.word());
    return state;
  }

  private static void checkReason(String reason) {
    require(
        !reason.isBlank() && reason.length() <= LONGEST_REASON,
        "reason",
        "1 to " + LONGEST_REASON + " characters",
        reason.isBlank() ? "nothing" : reason.length() + " characters");
  }
}
