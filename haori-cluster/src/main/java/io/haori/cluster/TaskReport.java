package io.haori.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What an executor says of a run.
 *
 * @param kind whether it was done
 * @param text for a run that was refused, why
 * @param host of the executor
 * @param executor its name within the job
 * @param loads how often it has loaded a base so far
 */
record TaskReport(Kind kind, String text, String host, String executor, int loads) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether it was done. */
  enum Kind {
    /** Its result is in the store. */
    DONE,
    /** It cannot be done, here or anywhere. */
    REFUSED,
    /** It was not wanted any more. */
    STOPPED
  }

  String toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", kind.name())
        .put("text", text)
        .put("host", host)
        .put("executor", executor)
        .put("loads", loads)
        .toString();
  }

  static TaskReport fromJson(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return new TaskReport(
          Kind.valueOf(json.path("kind").asText()),
          json.path("text").asText(),
          json.path("host").asText(),
          json.path("executor").asText(),
          json.path("loads").asInt());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
