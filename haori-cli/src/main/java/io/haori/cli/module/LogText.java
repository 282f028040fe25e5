package io.haori.cli.module;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The details of a log entry in a line: all of them, in the words of the command that made it. */
final class LogText {
  /** Known from the entry's other columns, or digests that nobody reads. */
  private static final Set<String> ELSEWHERE = Set.of("identity", "records");

  private LogText() {}

  /**
   * The line.
   *
   * @param entry of the log
   */
  static String of(AuditEntry entry) {
    JsonNode details = Json.tree(entry.details());
    List<String> parts = new ArrayList<>();
    if (details.has("refused")) {
      parts.add(details.get("refused").asText());
    }
    String about = about(entry.action(), details);
    if (!about.isEmpty()) {
      parts.add(about);
    } else {
      details
          .properties()
          .forEach(
              one -> {
                if (!ELSEWHERE.contains(one.getKey()) && !one.getKey().equals("refused")) {
                  parts.add(part(one.getKey(), one.getValue()));
                }
              });
    }
    return String.join("; ", parts);
  }

  private static String about(String action, JsonNode details) {
    return switch (action) {
      case "init", "grant" ->
          details.has("role") ? text(details, "account") + " is " + role(details) : "";
      case "revoke" -> text(details, "account") + " is not " + role(details) + " any more";
      case "token" ->
          "token "
              + text(details, "token")
              + " of "
              + text(details, "account")
              + (details.has("expires") ? " until " + text(details, "expires") : "");
      case "evaluate" ->
          details.path("scores")
              + " on "
              + text(details, "data")
              + " ("
              + text(details, "split")
              + ")";
      case "rule" -> rule(details);
      case "poc-start" -> details.path("stages").size() + " stages fixed; " + text(details, "rule");
      case "poc-stage" -> "stage " + text(details, "number") + ": " + text(details, "reason");
      case "poc-end" -> text(details, "verdict") + " (" + text(details, "because") + ")";
      default -> "";
    };
  }

  private static String role(JsonNode details) {
    return text(details, "role") + " of " + text(details, "pattern");
  }

  private static String rule(JsonNode details) {
    String pattern = text(details, "pattern");
    if (details.has("fourEyes")) {
      boolean on = details.get("fourEyes").booleanValue();
      return pattern + ": " + (on ? "another person than the author" : "the author may approve");
    }
    if (details.has("lossAtMost")) {
      boolean set = details.get("lossAtMost").isNumber();
      return pattern
          + (set
              ? ": a loss of "
                  + text(details, "metric")
                  + " beside others of at most "
                  + details.get("lossAtMost")
              : ": removed the largest loss beside others");
    }
    if (details.has("liveAtLeast")) {
      boolean set = details.get("liveAtLeast").isNumber();
      return pattern
          + (set
              ? ": once live, an accuracy by feedback of at least " + details.get("liveAtLeast")
              : ": removed the accuracy by feedback");
    }
    if (details.has("metric")) {
      return pattern
          + ": "
          + text(details, "metric")
          + " on "
          + text(details, "data")
          + " ("
          + text(details, "split")
          + ") of at least "
          + text(details, "atLeast")
          + (details.has("dataDigest") ? ", file " + text(details, "dataDigest") : "");
    }
    List<String> removed = new ArrayList<>();
    details.path("rules").forEach(one -> removed.add(one.asText()));
    return pattern + ": removed " + (removed.isEmpty() ? "" : String.join(", ", removed)).strip();
  }

  private static String part(String name, JsonNode value) {
    if (name.equals("parents")) {
      List<String> parents = new ArrayList<>();
      value.forEach(one -> parents.add(one.asText()));
      return String.join(", ", parents);
    }
    String shown = value.isTextual() ? value.textValue() : value.toString();
    return name.equals("reason") || name.equals("note") ? shown : name + " " + shown;
  }

  private static String text(JsonNode details, String name) {
    return details.path(name).asText("?");
  }
}
