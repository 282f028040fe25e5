package io.haori.model.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What somebody says.
 *
 * @param role who
 * @param content what; blank only beside {@code tool_calls}
 * @param more other keys that templates read: of an assistant {@code tool_calls}, of a tool {@code
 *     name} and {@code tool_call_id}; values as JSON has them
 */
public record Message(Role role, String content, Map<String, Object> more) {
  /** Asks for tools. */
  static final String CALLS = "tool_calls";

  /** Copies the map, in its order. */
  public Message {
    more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  /** A text alone. */
  public Message(Role role, String content) {
    this(role, content, Map.of());
  }

  /** Whether it asks for tools. */
  public boolean calls() {
    return more.containsKey(CALLS);
  }
}
