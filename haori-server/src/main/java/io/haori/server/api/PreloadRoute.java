package io.haori.server.api;

import io.haori.inference.task.spi.DomainLabels;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.engine.ServedModule;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/preload}: brings a module into memory before the first text for it comes. */
public final class PreloadRoute {
  private final Exchange exchange;
  private final Models models;
  private final Admission admission;
  private final Limits limits;

  /** With what all routes share. */
  public PreloadRoute(Exchange exchange, Models models, Admission admission, Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.admission = admission;
    this.limits = limits;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/preload", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(List.of("model"));
    String name = body.text("model");
    ServedModule module = models.find(caller, models.names(), name).module();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("model", name);
    members.putAll(ModuleChoice.identity(module.id()));
    members.put("resident", true);
    context.future(
        () ->
            admission
                .admitted(1, () -> models.engine(module).preload(module))
                .thenAccept(
                    labels -> {
                      labels.ifPresent(one -> putHeads(members, one));
                      Json.write(context, members);
                    }));
  }

  /** What the heads answer; no labels for numbers. */
  private static void putHeads(Map<String, Object> members, DomainLabels labels) {
    members.put("task", labels.task().name());
    members.put(
        "heads",
        labels.heads().stream()
            .map(head -> Map.of("domain", head.domain(), "labels", head.labels().names()))
            .toList());
  }
}
