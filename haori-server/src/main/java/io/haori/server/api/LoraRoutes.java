package io.haori.server.api;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.local.LocalAdapter;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adapters by path, for programs that were written for other servers: {@code POST
 * /v1/load_lora_adapter} and {@code /v1/unload_lora_adapter} with vLLM's bodies, {@code GET} and
 * {@code POST /lora-adapters} as llama.cpp has them.
 */
public final class LoraRoutes {
  private static final List<String> LOAD =
      List.of("lora_name", "lora_path", "load_inplace", "base_model_name", "head_labels");
  private static final List<String> UNLOAD = List.of("lora_name", "lora_int_id");

  private final Exchange exchange;
  private final Models models;
  private final Callers callers;
  private final Limits limits;

  /** With what all routes share. */
  public LoraRoutes(Exchange exchange, Models models, Callers callers, Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.callers = callers;
    this.limits = limits;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/load_lora_adapter", this::load);
    routes.post("/v1/unload_lora_adapter", this::unload);
    routes.get("/lora-adapters", this::list);
    routes.post("/lora-adapters", this::scale);
  }

  private void load(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(LOAD);
    ModuleName name = new ModuleName(body.text("lora_name"));
    callers.requireMayAdd(caller, name);
    requireFree(name);
    String path = body.text("lora_path");
    LocalAdapter loaded =
        models
            .local()
            .load(
                name,
                path,
                body.textOrNull("base_model_name"),
                labels(body),
                body.flag("load_inplace"));
    try {
      callers.view(caller).modules().logLoad(name, path, loaded.module().id().digest());
    } catch (RuntimeException e) {
      // Nothing answers of which the log does not say since when.
      models.local().unload(name.text());
      throw e;
    }
    context.result("Success: LoRA adapter '" + name + "' added successfully.");
  }

  private void requireFree(ModuleName name) {
    if (models.names().directory().names().contains(name) || models.base(name.text()).isPresent()) {
      throw Refused.conflict(
          "lora_name must be another than a base's or a registry module's, got " + name);
    }
  }

  private static List<String> labels(RequestBody body) {
    JsonNode node = body.get("head_labels");
    if (node == null) {
      return List.of();
    }
    List<String> labels = new ArrayList<>();
    if (!node.isArray()) {
      throw RequestBody.wrong("head_labels", "an array of texts", node);
    }
    for (JsonNode label : node) {
      require(label.isTextual(), "head_labels", "an array of texts", label);
      labels.add(label.textValue());
    }
    return labels;
  }

  private void unload(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(UNLOAD);
    ModuleName name = new ModuleName(body.text("lora_name"));
    callers.requireMayAdd(caller, name);
    models.local().unload(name.text());
    callers.view(caller).modules().logUnload(name);
    context.result("Success: LoRA adapter '" + name + "' removed successfully.");
  }

  private void list(Context context) {
    Caller caller = exchange.caller(context);
    List<Map<String, Object>> answer = new ArrayList<>();
    for (LocalAdapter adapter : models.local().all().values()) {
      if (caller.may(Role.VIEWER, new ModuleName(adapter.name()))) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("id", adapter.number());
        one.put("name", adapter.name());
        one.put("path", adapter.path());
        one.put("scale", adapter.scale());
        answer.add(one);
      }
    }
    Json.write(context, answer);
  }

  private void scale(Context context) {
    Caller caller = exchange.caller(context);
    JsonNode body = RequestBody.readAny(context, limits);
    if (!body.isArray()) {
      throw RequestBody.wrong("body", "an array of objects with id and scale", body);
    }
    // Those that are left out are switched off, so all of them are changed.
    models.local().all().keySet().stream()
        .map(ModuleName::new)
        .forEach(name -> callers.requireMayAdd(caller, name));
    models.local().scale(ModuleChoice.scales(body, "body"));
    Json.write(context, Map.of("success", true));
  }
}
