package io.haori.server.api;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.image.HeatMap;
import io.haori.model.image.Pixels;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.TextRequests;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.Explained;
import io.haori.server.engine.ServedVersion;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code POST /v1/explain}: which modules acted on which layer while the texts were read, and how
 * much: {@code change} is {@code ‖Δy‖ / ‖y‖} of the layer's output, {@code share} a module's part
 * of the sum of changes on that layer. Of pictures with {@code heatMaps} also where the model
 * looked.
 */
public final class ExplainRoute {
  private static final String HEAT_MAPS = "heatMaps";

  /** The most pictures of a request that are drawn, each of which is one more pass and back. */
  private static final int MOST_DRAWN = 16;

  private static final List<String> MEMBERS =
      Stream.concat(ModuleChoice.MEMBERS.stream(), Stream.of("input", HEAT_MAPS)).toList();

  private final TextRequests requests;

  /** With what all routes share. */
  public ExplainRoute(Exchange exchange, Models models, Admission admission, Limits limits) {
    requests = new TextRequests(exchange, models, admission, limits);
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/explain", this::answer);
  }

  private void answer(Context context) {
    TextRequests.Asked asked = requests.read(context, MEMBERS);
    Work work = asked.work();
    boolean drawn = asked.body().flag(HEAT_MAPS);
    require(
        !drawn || work.rows().size() <= MOST_DRAWN,
        HEAT_MAPS,
        "false for more than " + MOST_DRAWN + " pictures",
        true);
    BaseEngine engine = asked.choice().engine();
    requests.answer(
        context,
        work.characters(),
        () ->
            engine
                .explain(work, task -> requireNoWords(task, asked.choice()))
                .thenCombine(
                    drawn ? maps(engine, work) : CompletableFuture.completedFuture(List.of()),
                    Looked::new),
        looked -> members(context, asked, looked));
  }

  /** What was explained, and where the model looked at each picture; no maps for none wanted. */
  private record Looked(Explained explained, List<Pixels> maps) {}

  private static CompletableFuture<List<Pixels>> maps(BaseEngine engine, Work work) {
    List<CompletableFuture<Pixels>> maps =
        work.rows().stream()
            .map(row -> engine.heatMap(new Work(work.weights(), work.head(), List.of(row))))
            .toList();
    return CompletableFuture.allOf(maps.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> maps.stream().map(CompletableFuture::join).toList());
  }

  private static void requireNoWords(Task task, ModuleChoice choice) {
    require(
        !task.readsWords(),
        "model",
        "a classifier or a regression",
        choice.head().id() + ", a module for " + task.name());
  }

  private static Map<String, Object> members(
      Context context, TextRequests.Asked asked, Looked looked) {
    Explained explained = looked.explained();
    Map<String, Object> members = asked.identity(context, "explanation", explained.task().name());
    List<Row> rows = asked.rows();
    List<Map<String, Object>> data = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> row =
          ClassifyRoute.row(i, rows.get(i), explained.predictions().get(i), null);
      if (!looked.maps().isEmpty()) {
        byte[] map = HeatMap.png(looked.maps().get(i));
        row.put("heatMap", Base64.getEncoder().encodeToString(map));
      }
      data.add(row);
    }
    members.put("data", data);
    members.put("layers", explained.layers().stream().map(ExplainRoute::layer).toList());
    members.put("usage", ClassifyRoute.usage(explained.tokens()));
    return members;
  }

  private static Map<String, Object> layer(Explained.Layer layer) {
    double all = layer.change().values().stream().mapToDouble(Double::doubleValue).sum();
    List<Map<String, Object>> modules = new ArrayList<>();
    for (Map.Entry<ServedVersion, Double> one : layer.change().entrySet()) {
      Map<String, Object> module = new LinkedHashMap<>();
      module.put("module", one.getKey().module());
      module.put("version", one.getKey().version());
      module.put("change", Json.number(one.getValue()));
      module.put("share", Json.number(all == 0 ? 0 : one.getValue() / all));
      modules.add(module);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("layer", layer.name());
    members.put("modules", modules);
    return members;
  }
}
