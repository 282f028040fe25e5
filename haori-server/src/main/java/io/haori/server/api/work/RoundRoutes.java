package io.haori.server.api.work;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.job.WorkFolder;
import io.haori.server.round.RoundState;
import io.haori.server.settings.Limits;
import io.haori.training.federated.SecureRound;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/rounds}: rounds of sites that learn together. By the roles for a federation's name, a
 * viewer downloads, an author hands in for its site, an approver begins, collects, merges and
 * deletes.
 */
public final class RoundRoutes {
  private static final String ONE = "/v1/rounds/{name}";
  private static final String WITHOUT = "without";

  private final Exchange exchange;
  private final Models models;
  private final WorkFolder work;
  private final Callers callers;
  private final Limits limits;

  /** With what all routes share. */
  public RoundRoutes(
      Exchange exchange, Models models, WorkFolder work, Callers callers, Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.work = work;
    this.callers = callers;
    this.limits = limits;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/rounds", this::list);
    routes.get(ONE, this::show);
    routes.put(ONE, this::begin);
    routes.delete(ONE, this::delete);
    routes.get(ONE + "/folder", this::download);
    routes.get(ONE + "/collected", this::collected);
    routes.post(ONE + "/files", this::handIn);
    routes.post(ONE + "/collect", this::collect);
    routes.post(ONE + "/merge", this::merge);
  }

  private void list(Context context) {
    Caller caller = exchange.caller(context);
    List<Map<String, Object>> all =
        work.rounds().all().stream()
            .filter(one -> caller.may(Role.VIEWER, one.name()))
            .map(RoundState::toMap)
            .toList();
    Json.write(context, Map.of("object", "list", "data", all));
  }

  private static ModuleName name(Context context) {
    return new ModuleName(context.pathParam("name"));
  }

  /** The name that a viewer asks for. */
  private ModuleName seen(Context context) {
    ModuleName name = name(context);
    callers.requireMayUse(exchange.caller(context), new ModuleReference.Newest(name));
    return name;
  }

  private void show(Context context) {
    Json.write(context, work.rounds().find(seen(context)).toMap());
  }

  private Caller coordinator(Context context, ModuleName name, String action) {
    Caller caller = exchange.caller(context);
    callers.requireMay(caller, action, Role.APPROVER, name);
    return caller;
  }

  private void begin(Context context) {
    ModuleName name = name(context);
    Caller caller = coordinator(context, name, "begin-round");
    RoundState state;
    try (InputStream content = context.bodyInputStream()) {
      state = work.rounds().begin(name, caller.account(), content, this::base);
    } catch (IOException e) {
      throw new UserError("body must come whole, got a part", e);
    }
    context.status(HttpStatus.CREATED).header("Location", "/v1/rounds/" + name);
    Json.write(context, state.toMap());
  }

  private @Nullable TextBase base(String digest) {
    return models.engines().withDigest(digest).map(engine -> engine.base()).orElse(null);
  }

  private void delete(Context context) {
    ModuleName name = name(context);
    Caller caller = coordinator(context, name, "delete-rounds");
    work.rounds().delete(name, caller.account());
    Json.write(context, Map.of("deleted", List.of(name.text())));
  }

  private void download(Context context) {
    RoundDownload.folder(context, work.rounds().folder(seen(context), number(context)));
  }

  private static @Nullable Integer number(Context context) {
    String text = context.queryParam("round");
    if (text == null) {
      return null;
    }
    require(text.matches("\\d{1,6}"), "round", "a whole number of at least 0", text);
    return Integer.valueOf(text);
  }

  private void collected(Context context) {
    RoundDownload.file(context, work.rounds().collected(seen(context)));
  }

  private void handIn(Context context) {
    ModuleName name = name(context);
    Caller caller = exchange.caller(context);
    callers.requireMay(caller, "hand-in", Role.AUTHOR, name);
    Map<String, Object> answer;
    try (InputStream content = context.bodyInputStream()) {
      answer = work.rounds().handIn(name, caller.account(), content, this::base).toMap();
    } catch (IOException e) {
      throw new UserError("body must come whole, got a part", e);
    }
    context.status(HttpStatus.CREATED);
    Json.write(context, answer);
  }

  private List<String> without(Context context) {
    RequestBody body = RequestBody.read(context, limits).only(List.of(WITHOUT));
    List<String> sites = new ArrayList<>();
    JsonNode list = body.get(WITHOUT);
    if (list != null) {
      for (JsonNode one : list) {
        sites.add(one.asText());
      }
      if (!list.isArray() || sites.isEmpty()) {
        throw RequestBody.wrong(WITHOUT, "an array of sites", list);
      }
    }
    return sites;
  }

  private void collect(Context context) {
    ModuleName name = name(context);
    Caller caller = coordinator(context, name, "collect-round");
    SecureRound.Collected collected =
        work.rounds().collect(name, caller.account(), without(context));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", name.text());
    answer.put("sites", collected.sites());
    answer.put("there", collected.there());
    answer.put("step", collected.waitsFor());
    answer.put("needed", collected.needed());
    Json.write(context, answer);
  }

  private void merge(Context context) {
    ModuleName name = name(context);
    Caller caller = coordinator(context, name, "merge-round");
    RoundState next = work.rounds().merge(name, caller.account(), without(context), this::base);
    Json.write(context, next.toMap());
  }
}
