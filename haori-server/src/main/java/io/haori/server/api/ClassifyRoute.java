package io.haori.server.api;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.TextRequests;
import io.haori.server.api.watch.WatchedAnswers;
import io.haori.server.engine.Computed;
import io.haori.server.engine.Work;
import io.haori.server.settings.Limits;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/classify}: labels and probabilities of texts, or the number of a regression;
 * {@code POST /v1/tag}: the tag of each word.
 */
public final class ClassifyRoute {
  private static final List<String> MEMBERS =
      Stream.concat(ModuleChoice.MEMBERS.stream(), Stream.of("input", "top", WatchedAnswers.KEY))
          .toList();

  private final TextRequests requests;
  private final WatchedAnswers watched;

  /** With what all routes share, and what watches the answers. */
  public ClassifyRoute(
      Exchange exchange, Models models, Admission admission, Limits limits, AnswerWatch watching) {
    watched = new WatchedAnswers(models, admission, watching);
    requests = new TextRequests(exchange, models, admission, limits);
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/classify", context -> answer(context, false));
    routes.post("/v1/tag", context -> answer(context, true));
  }

  private void answer(Context context, boolean tags) {
    TextRequests.Asked asked = requests.read(context, MEMBERS);
    Integer top = asked.body().wholeOrNull("top");
    require(top == null || top >= 1, "top", "at least 1", top + "");
    WatchedAnswers.Part part = watched.part(context, asked);
    ModuleChoice choice = part.asked().choice();
    Work work = part.asked().work();
    requests.answer(
        context,
        work.characters(),
        () -> choice.engine().observe(work, task -> requireTask(task, tags, choice)),
        computed -> {
          watched.report(context, part, computed);
          return members(context, part, computed, top);
        });
  }

  private static void requireTask(Task task, boolean tags, ModuleChoice choice) {
    require(
        task.readsWords() == tags,
        "model",
        tags ? "a tagger" : "a classifier or a regression, as taggers answer at /v1/tag",
        choice.head().id() + ", a module for " + task.name());
  }

  private static Map<String, Object> members(
      Context context, WatchedAnswers.Part part, Computed computed, @Nullable Integer top) {
    Map<String, Object> members = part.asked().identity(context, "list", computed.task().name());
    part.putInto(members);
    List<Row> rows = part.asked().rows();
    List<Map<String, Object>> data = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      data.add(row(i, rows.get(i), computed.predictions().get(i), top));
    }
    members.put("data", data);
    members.put("usage", usage(computed.tokens()));
    return members;
  }

  /** How many tokens were read, in OpenAI's words. */
  static Map<String, Object> usage(long tokens) {
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("prompt_tokens", tokens);
    usage.put("total_tokens", tokens);
    return usage;
  }

  static Map<String, Object> row(int index, Row row, Prediction prediction, @Nullable Integer top) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("index", index);
    if (!Double.isNaN(prediction.value())) {
      members.put("value", Json.number(prediction.value()));
      return members;
    }
    if (prediction.probabilities().isEmpty()) {
      members.put("words", row.wordsOrSplit());
      members.put("tags", prediction.labels());
      members.put(
          "probabilities", prediction.labelProbabilities().stream().map(Json::number).toList());
      return members;
    }
    members.put("label", prediction.label());
    members.put("probability", Json.number(prediction.probability()));
    if (prediction.labels().size() != 1 || !prediction.labels().contains(prediction.label())) {
      members.put("labels", prediction.labels());
    }
    members.put("probabilities", probabilities(prediction, top));
    return members;
  }

  private static Map<String, Object> probabilities(Prediction prediction, @Nullable Integer top) {
    Map<String, Object> probabilities = new LinkedHashMap<>();
    prediction.probabilities().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(top == null ? Long.MAX_VALUE : top)
        .forEach(one -> probabilities.put(one.getKey(), Json.number(one.getValue())));
    return probabilities;
  }
}
