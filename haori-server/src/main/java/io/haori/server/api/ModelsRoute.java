package io.haori.server.api;

import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionSummary;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.auth.Caller;
import io.haori.server.engine.BaseEngine;
import io.haori.server.local.LocalAdapter;
import io.haori.server.watch.ModuleDirectory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/models} in OpenAI's shape: the bases, what is live, and every version that is not
 * retired and sits on a base of this server.
 */
public final class ModelsRoute {
  private final Exchange exchange;
  private final Models models;

  /** With what all routes share. */
  public ModelsRoute(Exchange exchange, Models models) {
    this.exchange = exchange;
    this.models = models;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/models", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    Models.Names names = models.names();
    ModuleDirectory directory = names.directory();
    List<Map<String, Object>> data = new ArrayList<>();
    for (BaseEngine engine : models.engines().all()) {
      data.add(
          members(
              engine.base().name(),
              0,
              "haori",
              null,
              engine.base().name(),
              engine.base().digest(),
              true));
    }
    for (LiveVersion live : directory.live()) {
      VersionSummary version = directory.get(live.id());
      add(data, caller, directory, live.id().name() + "@" + live.target().alias(), version);
    }
    for (VersionSummary version : directory.inUse()) {
      add(data, caller, directory, version.id().toString(), version);
    }
    for (LocalAdapter local : names.local().values()) {
      if (caller.may(Role.VIEWER, new ModuleName(local.name()))) {
        BaseEngine engine = models.engine(local.module());
        data.add(
            members(
                local.name(),
                0,
                "haori",
                engine.base().name(),
                local.path(),
                local.module().id().digest(),
                engine.residents().has(local.module().id())));
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("object", "list");
    answer.put("data", data);
    Json.write(context, answer);
  }

  private void add(
      List<Map<String, Object>> data,
      Caller caller,
      ModuleDirectory directory,
      String id,
      VersionSummary version) {
    Optional<BaseEngine> engine = models.engines().withDigest(version.baseDigest());
    if (engine.isEmpty() || !caller.may(Role.VIEWER, version.id().name())) {
      return;
    }
    data.add(
        members(
            id,
            version.created().getEpochSecond(),
            version.author(),
            engine.get().base().name(),
            version.id().toString(),
            version.digest(),
            engine.get().has(directory.served(version).id())));
  }

  private static Map<String, Object> members(
      String id,
      long created,
      String owner,
      @Nullable String parent,
      String root,
      String digest,
      boolean resident) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", id);
    members.put("object", "model");
    members.put("created", created);
    members.put("owned_by", owner);
    members.put("parent", parent);
    members.put("root", root);
    members.put("digest", digest);
    members.put("resident", resident);
    return members;
  }
}
