package io.haori.server.api;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.api.request.RequestRows;
import io.haori.server.auth.Caller;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.Computed;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code POST /v1/embeddings} in OpenAI's shape: vectors of length 1 from a base with a module, or
 * from the base alone where {@code model} is its name.
 */
public final class EmbeddingsRoute {
  private static final List<String> MEMBERS =
      List.of("model", "input", "encoding_format", "dimensions", "user");

  private final Exchange exchange;
  private final Models models;
  private final Admission admission;
  private final Limits limits;

  /** With what all routes share. */
  public EmbeddingsRoute(Exchange exchange, Models models, Admission admission, Limits limits) {
    this.exchange = exchange;
    this.models = models;
    this.admission = admission;
    this.limits = limits;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/embeddings", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(MEMBERS);
    String format = Objects.requireNonNullElse(body.textOrNull("encoding_format"), "float");
    require(
        format.equals("float") || format.equals("base64"),
        "encoding_format",
        "float or base64",
        format);
    List<Row> rows = new RequestRows(limits).read(body);
    String name = body.text("model");
    Optional<BaseEngine> base = models.base(name);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("object", "list");
    members.put("model", name);
    Map<ServedModule, Double> weights = Map.of();
    BaseEngine engine;
    if (base.isPresent()) {
      engine = base.get();
      members.put("digest", engine.base().digest());
    } else {
      Models.Named named = models.find(caller, models.names(), name);
      ServedModule module = named.module();
      weights = Map.of(module, named.scale());
      engine = models.engine(module);
      members.putAll(ModuleChoice.identity(module.id()));
    }
    members.put("base", engine.base().name());
    requireWidth(body, engine);
    Work work = new Work(weights, null, rows);
    context.future(
        () ->
            admission
                .admitted(work.characters(), () -> engine.compute(work, task -> {}))
                .thenAccept(computed -> Json.write(context, members(members, computed, format))));
  }

  private static void requireWidth(RequestBody body, BaseEngine engine) {
    Integer dimensions = body.wholeOrNull("dimensions");
    int width = engine.base().backbone().width();
    require(
        dimensions == null || dimensions == width,
        "dimensions",
        width + ", the width of " + engine.base().name() + ", or left out",
        dimensions + "");
  }

  private static Map<String, Object> members(
      Map<String, Object> identity, Computed computed, String format) {
    Map<String, Object> members = new LinkedHashMap<>(identity);
    List<Map<String, Object>> data = new ArrayList<>();
    for (float[] vector : computed.vectors()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("object", "embedding");
      one.put("index", data.size());
      float[] unit = unit(vector);
      one.put("embedding", format.equals("base64") ? base64(unit) : unit);
      data.add(one);
    }
    members.put("data", data);
    members.put("usage", ClassifyRoute.usage(computed.tokens()));
    return members;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    double length = Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length && length > 0; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
