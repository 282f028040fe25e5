package io.haori.training.pretrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.model.chat.Conversation;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A conversation as the one string that rows of a corpus are until they are tokens. */
final class ConversationText {
  /** Begins such a string; no text of a user does. */
  private static final char MARK = '\u001d';

  private static final String MESSAGES = "messages";
  private static final String TOOLS = "tools";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConversationText() {}

  static String of(Conversation conversation) {
    try {
      return MARK
          + JSON.writeValueAsString(
              new TreeMap<>(Map.of(MESSAGES, conversation.toList(), TOOLS, conversation.tools())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean is(String joined) {
    return !joined.isEmpty() && joined.charAt(0) == MARK;
  }

  static Conversation read(String joined) {
    try {
      Map<?, ?> both = JSON.readValue(joined.substring(1), Map.class);
      return Conversation.of(
          Objects.requireNonNull(both.get(MESSAGES)), Objects.requireNonNull(both.get(TOOLS)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
