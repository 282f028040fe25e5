package io.haori.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.client.write.WritingListener;
import io.haori.client.write.Written;
import java.util.Iterator;
import java.util.stream.Stream;

/** Puts a text together from server-sent events in OpenAI's shape. */
final class WritingEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DATA = "data:";
  private static final String LAST = "[DONE]";

  private final StringBuilder text = new StringBuilder();
  private long promptTokens;
  private long tokens;
  private String end = "token";

  private WritingEvents() {}

  /**
   * Reads events to the last one, or until the listener wants no more.
   *
   * @param lines of the answer
   * @param listener hears each piece
   * @throws UnreachableException when the answer ends in the middle, or is of no such shape
   */
  static Written read(Stream<String> lines, WritingListener listener) {
    WritingEvents events = new WritingEvents();
    for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
      String line = all.next();
      if (!line.startsWith(DATA)) {
        continue;
      }
      String data = line.substring(DATA.length()).strip();
      if (data.equals(LAST)) {
        return events.written(events.end);
      }
      events.take(data, listener);
      if (listener.cancelled()) {
        return events.written("cancelled");
      }
    }
    throw new UnreachableException(
        "The server stopped in the middle of a text", new IllegalStateException("no " + LAST));
  }

  private void take(String data, WritingListener listener) {
    JsonNode event;
    try {
      event = MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      throw new UnreachableException("The server's events are no JSON", e);
    }
    JsonNode usage = event.path("usage");
    if (usage.isObject()) {
      promptTokens = usage.path("prompt_tokens").asLong();
      tokens = usage.path("completion_tokens").asLong();
    }
    for (JsonNode choice : event.path("choices")) {
      String piece = choice.path("text").asText(choice.at("/delta/content").asText(""));
      if (!piece.isEmpty()) {
        text.append(piece);
        listener.onText(piece);
      }
      end = choice.path("end").asText(end);
    }
  }

  private Written written(String why) {
    return new Written(text.toString(), promptTokens, tokens, why);
  }
}
