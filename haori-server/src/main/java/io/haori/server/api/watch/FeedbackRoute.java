package io.haori.server.api.watch;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import io.haori.registry.watch.ServedAnswer;
import io.haori.registry.watch.WatchRecords.Outcome;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.Detected;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.feedback.AnswerJournal;
import io.haori.server.watch.feedback.AnswerText;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /v1/feedback}: the true label of a text that was answered. Whoever asked may give it,
 * and who may add versions of the module.
 */
public final class FeedbackRoute {
  private static final List<String> MEMBERS = List.of("id", "index", "label");
  private static final int LONGEST_LABEL = 1_000;
  private static final int MOST_LABELS = 1_000;
  private static final int LONGEST_ID = 100;
  private static final int MOST_NAMED = 50;

  private final Exchange exchange;
  private final Models models;
  private final Callers callers;
  private final Registry registry;
  private final AnswerWatch watching;
  private final Limits limits;

  /** With what all routes share. */
  public FeedbackRoute(
      Exchange exchange,
      Models models,
      Callers callers,
      Registry registry,
      AnswerWatch watching,
      Limits limits) {
    this.models = models;
    this.exchange = exchange;
    this.callers = callers;
    this.registry = registry;
    this.watching = watching;
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
    watching.requireRegistry();
    ServedAnswer answer =
        id.length() > LONGEST_ID ? null : watching.journal().find(id).orElse(null);
    if (answer == null) {
      throw Refused.absent(
          "No answer with the id "
              + shortened(id)
              + " may get feedback; those with labels may for "
              + AnswerJournal.KEPT.toDays()
              + " days");
    }
    callers.requireMayUse(caller, new ModuleReference.Numbered(answer.id()));
    if (!caller.account().equals(answer.account())) {
      callers.requireMayAdd(caller, answer.id().name());
    }
    int last = answer.labels().size() - 1;
    Integer index = body.wholeOrNull("index");
    if (index == null) {
      require(
          last == 0, "index", "in [0, " + last + "], as the request had several inputs", "nothing");
    }
    int row = index == null ? 0 : index;
    require(row >= 0 && row <= last, "index", "in [0, " + last + "]", row);
    requireKnown(answer.id(), labels);
    String answered = answer.labels().get(row);
    String truth = AnswerText.truth(labels, answered);
    Outcome outcome = registry.watch().addFeedback(answer, row, truth, caller.account());
    if (outcome == Outcome.CONTRADICTED) {
      throw Refused.conflict(
          "label of "
              + shortened(id)
              + " (index "
              + row
              + ") must be the one that was given before");
    }
    watching.feedback().catchUp();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", id);
    members.put("index", row);
    members.put("module", answer.id().name().text());
    members.put("version", answer.id().number());
    members.put("answered", answered);
    members.put("label", truth);
    members.put("right", truth.equals(answered));
    watching
        .feedback()
        .of(answer.id(), answer.mix())
        .ifPresent(found -> members.put("accuracy", WatchRoute.accuracy(found)));
    Json.write(context, members);
  }

  /** Refuses labels that the version never answers, where this server can look at it. */
  private void requireKnown(VersionId id, List<String> labels) {
    ModuleDirectory directory = models.names().directory();
    VersionSummary version = directory.find(id);
    if (version != null && directory.served(version).detector()) {
      require(
          labels.size() == 1 && isWord(labels.get(0)),
          "label",
          Detected.GOOD
              + " or "
              + Detected.ANOMALOUS
              + ", as "
              + id
              + " is a detector of anomalies",
          labels.size() == 1 ? labels.get(0) : labels);
      return;
    }
    BaseEngine engine =
        version == null || version.state() == State.RETIRED
            ? null
            : models.engines().withDigest(version.baseDigest()).orElse(null);
    if (version == null || engine == null) {
      return;
    }
    Set<String> known =
        engine
            .labels(directory.served(version))
            .orTimeout(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)
            .join();
    for (String label : labels) {
      require(
          known.isEmpty() || known.contains(label),
          "label",
          "one of " + named(known) + ", which " + id + " answers",
          label);
    }
  }

  private static boolean isWord(String label) {
    return label.equals(Detected.GOOD) || label.equals(Detected.ANOMALOUS);
  }

  private static String named(Set<String> labels) {
    String first = String.join(", ", labels.stream().limit(MOST_NAMED).toList());
    int more = labels.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static String shortened(String id) {
    return id.length() > LONGEST_ID ? id.substring(0, LONGEST_ID) + "…" : id;
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
