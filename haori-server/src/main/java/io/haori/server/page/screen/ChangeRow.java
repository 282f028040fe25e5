package io.haori.server.page.screen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.registry.audit.AuditEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An entry of the audit log as screens show it.
 *
 * @param seq its number
 * @param happened when
 * @param actor who
 * @param action what, as the log names it
 * @param module its name, or empty
 * @param version its number, or 0
 * @param refused whether it was
 * @param reason what was given as reason or, of a refused attempt, answered; perhaps empty
 * @param details all that the log has besides
 */
public record ChangeRow(
    long seq,
    Words.Moment happened,
    String actor,
    String action,
    String module,
    int version,
    boolean refused,
    String reason,
    String details) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static ChangeRow of(AuditEntry entry) {
    JsonNode json = tree(entry.details());
    boolean refused = entry.outcome().equals(AuditEntry.REFUSED);
    String reason = json.path(refused ? "refused" : "reason").asText();
    List<String> details = new ArrayList<>();
    json.properties()
        .forEach(
            one -> {
              if (!one.getKey().equals("reason") && !one.getKey().equals("refused")) {
                details.add(one.getKey() + ": " + text(one.getValue()));
              }
            });
    return new ChangeRow(
        entry.seq(),
        Words.moment(entry.happened()),
        entry.actor(),
        entry.action(),
        entry.module(),
        entry.version(),
        refused,
        reason,
        String.join(", ", details));
  }

  private static String text(JsonNode value) {
    if (value.isObject()) {
      List<String> parts = new ArrayList<>();
      value.properties().forEach(one -> parts.add(one.getKey() + " " + text(one.getValue())));
      return String.join(" · ", parts);
    }
    if (value.isFloatingPointNumber()) {
      return Words.score(value.doubleValue());
    }
    String text = value.isTextual() ? value.textValue() : value.toString();
    return DIGEST.matcher(text).matches() ? Words.shortDigest(text) : text;
  }

  private static JsonNode tree(String details) {
    try {
      return MAPPER.readTree(details);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
