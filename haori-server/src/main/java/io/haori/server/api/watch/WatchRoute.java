package io.haori.server.api.watch;

import io.haori.analysis.drift.DriftKind;
import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.access.Role;
import io.haori.registry.trial.Trial;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.auth.Caller;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.drift.DriftStatus;
import io.haori.server.watch.feedback.FeedbackLog;
import io.haori.server.watch.feedback.LiveAccuracy;
import io.haori.server.watch.feedback.TrialAccuracy;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /v1/watch}: drift, live accuracy and trials of what is live. */
public final class WatchRoute {
  private final Exchange exchange;
  private final Models models;
  private final AnswerWatch watching;

  /** With what all routes share. */
  public WatchRoute(Exchange exchange, Models models, AnswerWatch watching) {
    this.exchange = exchange;
    this.models = models;
    this.watching = watching;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/watch", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    ModuleDirectory directory = models.names().directory();
    watching.feedback().catchUp();
    List<Map<String, Object>> live = new ArrayList<>();
    for (LiveVersion one : directory.live()) {
      if (caller.may(Role.VIEWER, one.id().name())) {
        live.add(live(directory, one));
      }
    }
    List<Map<String, Object>> trials = new ArrayList<>();
    for (Trial one : directory.trials()) {
      if (caller.may(Role.VIEWER, one.name())) {
        trials.add(trial(one, watching.feedback().ofTrial(one.id())));
      }
    }
    List<Map<String, Object>> mixes = new ArrayList<>();
    for (FeedbackLog.Mixed one : watching.feedback().mixes()) {
      if (caller.may(Role.VIEWER, one.head().name())) {
        mixes.add(mixed(one));
      }
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("object", "watch");
    members.put("live", live);
    members.put("trials", trials);
    members.put("mixes", mixes);
    Json.write(context, members);
  }

  private Map<String, Object> live(ModuleDirectory directory, LiveVersion live) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("model", live.id().name() + "@" + live.target());
    members.put("module", live.id().name().text());
    members.put("version", live.id().number());
    members.put(
        "drift",
        watching
            .drift()
            .of(directory.served(directory.get(live.id())).id())
            .map(WatchRoute::drift)
            .orElse(Map.of("status", "none")));
    members.put(
        "accuracy", watching.feedback().of(live.id(), "").map(WatchRoute::accuracy).orElse(null));
    return members;
  }

  private Map<String, Object> mixed(FeedbackLog.Mixed mixed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("mix", mixed.mix());
    members.put("head", mixed.head().toString());
    members.put("accuracy", accuracy(mixed.accuracy()));
    members.put("alarm", watching.isUnsafe(mixed));
    return members;
  }

  private static Map<String, Object> drift(DriftStatus status) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("status", status.word());
    members.put("referenceRows", status.referenceRows());
    members.put("rows", status.rows());
    members.put("windows", status.windows());
    Map<String, Object> kinds = new LinkedHashMap<>();
    for (DriftKind kind : DriftKind.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("drift", Json.number(status.drift().getOrDefault(kind, Double.NaN)));
      one.put("limit", Json.number(status.limits().getOrDefault(kind, Double.NaN)));
      one.put("alarm", status.raised().contains(kind));
      kinds.put(kind.word(), one);
    }
    members.put("kinds", kinds);
    return members;
  }

  /** An accuracy with its interval. */
  static Map<String, Object> accuracy(LiveAccuracy found) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("answers", found.answers());
    members.put("mean", found.answers() == 0 ? null : found.mean());
    members.put("low", found.low());
    members.put("high", found.high());
    return members;
  }

  /** A trial with what it says. */
  static Map<String, Object> trial(Trial trial, TrialAccuracy found) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("trial", trial.id());
    members.put("model", trial.name() + "@" + trial.target());
    members.put("live", trial.live().toString());
    members.put("candidate", trial.candidate().toString());
    members.put("kind", trial.kind().word());
    members.put("share", trial.share());
    members.put("rule", trial.rule().word());
    members.put("started", trial.started().toString());
    members.put("actor", trial.actor());
    members.put("reason", trial.reason());
    if (!trial.isRunning()) {
      members.put("ended", String.valueOf(trial.ended()));
      members.put("result", trial.result());
    }
    members.put("liveAccuracy", accuracy(found.live()));
    members.put("candidateAccuracy", accuracy(found.candidate()));
    members.put("difference", List.of(found.low(), found.high()));
    members.put("verdict", found.verdict().word());
    members.put("words", AnswerWatch.words(found));
    return members;
  }
}
