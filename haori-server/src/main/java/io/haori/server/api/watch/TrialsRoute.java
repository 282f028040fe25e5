package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialKind;
import io.haori.registry.trial.TrialRule;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * {@code POST /v1/trials} begins to try a candidate beside what is live, {@code GET} lists all
 * trials, {@code POST /v1/trials/{id}/end} ends one.
 */
public final class TrialsRoute {
  private static final List<String> MEMBERS =
      List.of("candidate", "target", "kind", "share", "rule", "reason");
  private static final double USUAL_SHARE = 0.1;
  private static final int MOST_SHOWN = 100;

  private final Exchange exchange;
  private final Registry registry;
  private final RegistryWatch watch;
  private final AnswerWatch watching;
  private final Limits limits;

  /** With what all routes share. */
  public TrialsRoute(
      Exchange exchange,
      Registry registry,
      RegistryWatch watch,
      AnswerWatch watching,
      Limits limits) {
    this.exchange = exchange;
    this.registry = registry;
    this.watch = watch;
    this.watching = watching;
    this.limits = limits;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/trials", this::list);
    routes.post("/v1/trials", this::start);
    routes.post("/v1/trials/{id}/end", this::end);
  }

  private void list(Context context) {
    Caller caller = exchange.caller(context);
    watching.requireRegistry();
    watching.feedback().catchUp();
    List<Map<String, Object>> data =
        registry.as(caller.account()).trials().all().stream()
            .limit(MOST_SHOWN)
            .map(one -> WatchRoute.trial(one, watching.feedback().ofTrial(one.id())))
            .toList();
    Json.write(context, Map.of("object", "list", "data", data));
  }

  private void start(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(MEMBERS);
    VersionId candidate = version(body);
    String target = Objects.requireNonNullElse(body.textOrNull("target"), "");
    String kind = Objects.requireNonNullElse(body.textOrNull("kind"), TrialKind.SHARE.word());
    String rule = Objects.requireNonNullElse(body.textOrNull("rule"), TrialRule.REPORT.word());
    TrialKind chosen = TrialKind.of(kind);
    require(
        chosen == TrialKind.SHARE || !body.has("share"),
        "share",
        "left out in the shadow, where all requests are computed",
        body.get("share") + "");
    double share = body.number("share", USUAL_SHARE);
    String reason = body.text("reason");
    watching.requireRegistry();
    Trial trial =
        changed(
            () ->
                registry
                    .as(caller.account())
                    .trials()
                    .start(
                        candidate,
                        new LiveTarget(target),
                        chosen,
                        share,
                        TrialRule.of(rule),
                        reason));
    context.status(201);
    Json.write(context, WatchRoute.trial(trial, watching.feedback().ofTrial(trial.id())));
  }

  private static VersionId version(RequestBody body) {
    String text = body.text("candidate");
    if (ModuleReference.parse(text) instanceof ModuleReference.Numbered numbered) {
      return numbered.id();
    }
    throw new UserError("candidate must be a version such as food@3, got " + text);
  }

  private void end(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(List.of("reason"));
    String reason = body.text("reason");
    long id = number(context.pathParam("id"));
    watching.requireRegistry();
    boolean ran = changed(() -> registry.as(caller.account()).trials().end(id, reason));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("trial", id);
    members.put("ended", ran);
    Json.write(context, members);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Refused.absent(
          "No trial " + (text.length() > 20 ? "of that number" : text) + " in this registry");
    }
  }

  /** This server sees a change now. */
  private <T> T changed(Supplier<T> change) {
    T made = change.get();
    watch.look();
    return made;
  }
}
