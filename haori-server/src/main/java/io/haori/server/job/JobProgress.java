package io.haori.server.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is.
 *
 * @param task what is done, in a word or two
 * @param done units of work
 * @param total units of work of this task
 * @param detail for people
 * @param value a number for a curve, such as the loss; null where there is none
 * @param secondsLeft of this task, as far as it can be said; null where it cannot
 */
public record JobProgress(
    String task,
    long done,
    long total,
    String detail,
    @Nullable Double value,
    @Nullable Long secondsLeft) {
  private static final String MARK = "{\"progress\":";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads a line of a process's stderr; nothing where it says something else. */
  static Optional<JobProgress> parse(String line) {
    if (!line.startsWith(MARK)) {
      return Optional.empty();
    }
    try {
      JsonNode json = MAPPER.readTree(line).path("progress");
      return json.isObject() ? Optional.of(of(json)) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static JobProgress of(JsonNode json) {
    return new JobProgress(
        json.path("task").asText(),
        json.path("done").asLong(),
        Math.max(1, json.path("total").asLong()),
        json.path("detail").asText(),
        json.path("value").isNumber() ? json.path("value").doubleValue() : null,
        json.path("secondsLeft").isNumber() ? json.path("secondsLeft").longValue() : null);
  }

  /** As answers have it. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("task", task);
    map.put("done", done);
    map.put("total", total);
    map.put("detail", detail);
    map.put("value", value);
    map.put("secondsLeft", secondsLeft);
    return map;
  }
}
