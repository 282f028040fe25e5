package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /v1/feedback}: the true label of a text that was answered. Whoever asked may give it,
 * and who may add versions of the module.
 */
public final class FeedbackRoute {
  private static final List<String> MEMBERS = List.of("id", "index", "label");
  private static final int LONGEST_LABEL = 1_000;
  private static final int MOST_LABELS = 1_000;

  private final Exchange exchange;
  private final TrueLabels given;
  private final Limits limits;

  /** With what all routes share, and what takes the labels. */
  public FeedbackRoute(Exchange exchange, TrueLabels given, Limits limits) {
    this.exchange = exchange;
    this.given = given;
    this.limits = limits;
  }

  /** Adds the route. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/feedback", this::answer);
  }

  private void answer(Context context) {
    Caller caller = exchange.caller(context);
    RequestBody body = RequestBody.read(context, limits).only(MEMBERS);
    String id = body.text("id");
    List<String> labels = labels(body);
    TrueLabels.Taken taken = given.take(caller, id, body.wholeOrNull("index"), labels);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", id);
    members.put("index", taken.row());
    members.put("module", taken.version().name().text());
    members.put("version", taken.version().number());
    members.put("answered", taken.answered());
    members.put("label", taken.truth());
    members.put("right", taken.right());
    taken.accuracy().ifPresent(found -> members.put("accuracy", WatchRoute.accuracy(found)));
    Json.write(context, members);
  }

  private static List<String> labels(RequestBody body) {
    JsonNode node = body.get("label");
    if (node == null) {
      throw new UserError("label must be a text or an array of texts, got nothing");
    }
    List<String> labels = new ArrayList<>();
    if (node.isArray()) {
      require(
          node.size() <= MOST_LABELS,
          "label",
          "an array of at most " + MOST_LABELS + " texts",
          node.size());
      node.forEach(one -> labels.add(label(one)));
    } else {
      labels.add(label(node));
    }
    return labels;
  }

  private static String label(JsonNode node) {
    if (!node.isTextual()) {
      throw RequestBody.wrong("label", "a text or an array of texts", node);
    }
    String text = node.textValue();
    require(
        text.length() <= LONGEST_LABEL,
        "label",
        "a text of at most " + LONGEST_LABEL + " characters",
        text.length());
    return text;
  }
}
