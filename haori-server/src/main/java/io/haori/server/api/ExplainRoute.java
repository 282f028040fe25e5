package io.haori.server.api;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.TextRequests;
import io.haori.server.engine.Explained;
import io.haori.server.engine.ServedVersion;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code POST /v1/explain}: which modules acted on which layer while the texts were read, and how
 * much: {@code change} is {@code ‖Δy‖ / ‖y‖} of the layer's output, {@code share} a module's part
 * of the sum of changes on that layer.
 */
public final class ExplainRoute {
  private static final List<String> MEMBERS =
      Stream.concat(ModuleChoice.MEMBERS.stream(), Stream.of("input")).toList();

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
    requests.answer(
        context,
        work.characters(),
        () -> asked.choice().engine().explain(work, task -> requireNoWords(task, asked.choice())),
        explained -> members(context, asked, explained));
  }

  private static void requireNoWords(Task task, ModuleChoice choice) {
    require(
        !task.readsWords(),
        "model",
        "a classifier or a regression",
        choice.head().id() + ", a module for " + task.name());
  }

  private static Map<String, Object> members(
      Context context, TextRequests.Asked asked, Explained explained) {
    Map<String, Object> members = asked.identity(context, "explanation", explained.task().name());
    List<Row> rows = asked.rows();
    List<Map<String, Object>> data = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      data.add(ClassifyRoute.row(i, rows.get(i), explained.predictions().get(i), null));
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
