package io.haori.server.watch.trial;

import io.haori.analysis.sequential.Verdict;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.LiveRule;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialRule;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.drift.Webhook;
import io.haori.server.watch.feedback.FeedbackLog;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.feedback.TrialAccuracy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what rules say, with the roles of who set them: ends a trial whose candidate is worse, makes
 * one live that is better, and rolls back what is live when its accuracy is certainly below the
 * bound. All of it is in the registry's log. Used by one thread.
 */
final class LiveDecisions {
  private static final Logger LOG = LoggerFactory.getLogger(LiveDecisions.class);

  private final Registry registry;
  private final FeedbackLog feedback;
  private final Webhook webhook;

  /** By mix, the registry's changes and the answers at the last look. */
  private final Map<String, String> looked = new HashMap<>();

  /** What was refused is not tried again each second. */
  private final Set<String> refused = new HashSet<>();

  /** Mixes in which a module is certainly worse than its rule allows; reported once each. */
  private final Set<String> unsafe = ConcurrentHashMap.newKeySet();

  LiveDecisions(Registry registry, FeedbackLog feedback, Webhook webhook) {
    this.registry = registry;
    this.feedback = feedback;
    this.webhook = webhook;
  }

  /** Looks at all trials and all that is live. */
  void decide(ModuleDirectory directory) {
    for (Trial trial : directory.trials()) {
      attempt("trial " + trial.id(), () -> decide(directory, trial));
    }
    for (FeedbackLog.Mixed mixed : feedback.mixes()) {
      String state = directory.changes() + ":" + mixed.accuracy().answers();
      // Neither rules, evidence nor answers are new: what was found holds.
      if (!state.equals(looked.put(mixed.head() + " in " + mixed.mix(), state))) {
        attempt("mix " + mixed.mix(), () -> look(mixed));
      }
    }
    for (LiveVersion live : directory.live()) {
      for (LiveRule rule : directory.liveRules()) {
        if (rule.pattern().matches(live.id().name())) {
          attempt(live + " " + rule, () -> decide(live, rule));
        }
      }
    }
  }

  /** Whether a module's answers in a mix are certainly worse than the rule allows. */
  boolean isUnsafe(VersionId head, String mix) {
    return unsafe.contains(head + " in " + mix);
  }

  private void look(FeedbackLog.Mixed mixed) {
    String key = mixed.head() + " in " + mixed.mix();
    LiveAccuracy found = mixed.accuracy();
    OptionalDouble lowest = registry.combinations().lowestAccuracy(mixed.mix(), mixed.head());
    if (lowest.isEmpty() || !(found.recentHigh() < lowest.getAsDouble())) {
      unsafe.remove(key);
    } else if (unsafe.add(key)) {
      String words =
          String.format(
              Locale.ROOT,
              "live accuracy in %s must be at least %.3f, got %.3f in [%.3f, %.3f] of %d answers"
                  + " with feedback",
              mixed.mix(),
              lowest.getAsDouble(),
              found.mean(),
              found.low(),
              found.high(),
              found.answers());
      report("loses beside others", mixed.head(), words);
    }
  }

  private void attempt(String what, Runnable decision) {
    if (refused.contains(what)) {
      return;
    }
    try {
      decision.run();
    } catch (UserError e) {
      LOG.warn("A rule could not be followed: {}", e.getMessage());
      // The registry cannot be reached, for example: that passes.
      if (e.getCause() == null) {
        refused.add(what);
      }
    }
  }

  private void decide(ModuleDirectory directory, Trial trial) {
    boolean stillLive =
        directory.live().stream()
            .anyMatch(one -> one.target().equals(trial.target()) && one.id().equals(trial.live()));
    Registry actor = registry.as(trial.actor());
    if (!stillLive) {
      actor.trials().end(trial.id(), "another version became live");
      return;
    }
    TrialAccuracy found = feedback.ofTrial(trial.id());
    if (found.verdict() == Verdict.STOP && trial.rule() != TrialRule.REPORT) {
      String words = words(found);
      if (actor.trials().end(trial.id(), words)) {
        report("trial ended", trial.candidate(), words);
      }
    } else if (found.verdict() == Verdict.SWITCH && trial.rule() == TrialRule.DECIDE) {
      String words = words(found);
      actor.lifeCycle().goLive(trial.candidate(), trial.target(), "by rule: " + words);
      actor.trials().end(trial.id(), words);
      report("candidate became live", trial.candidate(), words);
    }
  }

  /** A verdict in words, with its numbers. */
  static String words(TrialAccuracy found) {
    return String.format(
        Locale.ROOT,
        "%s: accuracy of the candidate less that of what is live is in [%+.3f, %+.3f] (%d and %d"
            + " answers with feedback)",
        found.verdict().word(),
        found.low(),
        found.high(),
        found.candidate().answers(),
        found.live().answers());
  }

  private void decide(LiveVersion live, LiveRule rule) {
    LiveAccuracy found = feedback.of(live.id(), "").orElse(null);
    if (found == null || !(found.recentHigh() < rule.atLeast())) {
      return;
    }
    String words =
        String.format(
            Locale.ROOT,
            "by rule: live accuracy must be at least %s, got at most %.3f by the last answers (%.3f"
                + " of all %d answers with feedback)",
            rule.atLeast(),
            found.recentHigh(),
            found.mean(),
            found.answers());
    VersionId back =
        registry.as(rule.actor()).lifeCycle().rollback(live.id().name(), live.target(), words);
    report("rolled back to " + back, live.id(), words);
  }

  private void report(String event, VersionId id, String words) {
    LOG.warn("{}: {} ({})", id, event, words);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("event", event);
    members.put("module", id.name().text());
    members.put("version", id.number());
    members.put("reason", words);
    webhook.send(members);
  }
}
