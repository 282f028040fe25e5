package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.ScoredFeedback;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.auth.Caller;
import io.haori.server.engine.ServedModule;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/feedback}: scores of a detector of anomalies with what people said of these
 * pictures, by which its threshold can be chosen anew.
 */
public final class GivenFeedbackRoute {
  /** The most that are listed, the last ones. */
  private static final int MOST = 20_000;

  private final Exchange exchange;
  private final Models models;
  private final Registry registry;
  private final AnswerWatch watching;

  /** With what all routes share. */
  public GivenFeedbackRoute(
      Exchange exchange, Models models, Registry registry, AnswerWatch watching) {
    this.exchange = exchange;
    this.models = models;
    this.registry = registry;
    this.watching = watching;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/feedback", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    String name = Objects.requireNonNullElse(context.queryParam("model"), "").strip();
    require(!name.isEmpty(), "model", "the name of a detector of anomalies", "nothing");
    ServedModule module = models.find(caller, models.names(), name).module();
    boolean watched = module.detector() && !module.kept();
    require(watched, "model", "a detector of anomalies of the registry", module.id());
    watching.requireRegistry();
    VersionId id = VersionId.of(module.id().module(), module.id().version());
    List<ScoredFeedback> given = registry.watch().scored(id, MOST);
    CompletableFuture<Double> threshold = models.engine(module).threshold(module);
    context.future(
        () ->
            threshold.thenAccept(
                own -> {
                  Map<String, Object> members = new LinkedHashMap<>();
                  members.put("object", "list");
                  members.put("model", name);
                  members.putAll(ModuleChoice.identity(module.id()));
                  members.put("threshold", Json.number(own));
                  members.put("data", rows(given));
                  Json.write(context, members);
                }));
  }

  private static List<Map<String, Object>> rows(List<ScoredFeedback> given) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ScoredFeedback one : given) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("score", Json.number(one.score()));
      row.put("answered", one.answered());
      row.put("label", one.truth());
      rows.add(row);
    }
    return rows;
  }
}
