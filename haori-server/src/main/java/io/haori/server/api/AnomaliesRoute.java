package io.haori.server.api;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.model.image.HeatMap;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.api.request.RequestRows;
import io.haori.server.auth.Caller;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.Detected;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/anomalies}: how unlike good ones pictures are, and where. */
public final class AnomaliesRoute {
  private static final List<String> MEMBERS = List.of("model", "input", "threshold", "heatMaps");

  /** The most pictures of a request that are drawn, each of which makes the answer larger. */
  private static final int MOST_DRAWN = 64;

  private final Exchange exchange;
  private final Models models;
  private final Admission admission;
  private final Limits limits;
  private final AnswerWatch watching;

  /** With what all routes share, and what watches the answers. */
  public AnomaliesRoute(
      Exchange exchange, Models models, Admission admission, Limits limits, AnswerWatch watching) {
    this.watching = watching;
    this.exchange = exchange;
    this.models = models;
    this.admission = admission;
    this.limits = limits;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/anomalies", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(MEMBERS);
    List<Row> rows = new RequestRows(limits).read(body);
    String name = body.text("model");
    ServedModule module = models.find(caller, models.names(), name).module();
    Double threshold = threshold(body);
    boolean drawn = body.flag("heatMaps");
    require(
        !drawn || rows.size() <= MOST_DRAWN,
        "heatMaps",
        "false for more than " + MOST_DRAWN + " pictures",
        true);
    BaseEngine engine = models.engine(module);
    Work work = new Work(Map.of(), null, rows);
    context.future(
        () ->
            admission
                .admitted(
                    work.characters(),
                    () -> engine.detect(module, rows, new BaseEngine.Detection(threshold, drawn)))
                .thenAccept(
                    detected -> {
                      watching.detected(Exchange.id(context), caller.account(), module, detected);
                      Json.write(context, members(context, name, engine, module, detected));
                    }));
  }

  private static @Nullable Double threshold(RequestBody body) {
    if (!body.has("threshold")) {
      return null;
    }
    double threshold = body.number("threshold", 0);
    require(threshold >= 0, "threshold", "at least 0", threshold);
    return threshold;
  }

  private static Map<String, Object> members(
      Context context, String name, BaseEngine engine, ServedModule module, Detected detected) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", Exchange.id(context));
    members.put("object", "list");
    members.put("task", "anomaly");
    members.put("model", name);
    members.putAll(ModuleChoice.identity(module.id()));
    members.put("base", engine.base().name());
    members.put("threshold", Json.number(detected.threshold()));
    List<Map<String, Object>> data = new ArrayList<>();
    for (Detected.Scored one : detected.pictures()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("index", data.size());
      row.put("score", Json.number(one.score()));
      row.put("anomalous", one.anomalous());
      if (one.map() != null) {
        row.put("heatMap", Base64.getEncoder().encodeToString(HeatMap.png(one.map())));
      }
      data.add(row);
    }
    members.put("data", data);
    members.put("usage", ClassifyRoute.usage(detected.tokens()));
    return members;
  }
}
