package io.haori.training.pretrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.model.chat.Conversation;
import java.util.List;

/** A conversation as the one string that rows of a corpus are until they are tokens. */
final class ConversationText {
  /** Begins such a string; no text of a user does. */
  private static final char MARK = '\u001d';

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConversationText() {}

  static String of(Conversation conversation) {
    try {
      return MARK + JSON.writeValueAsString(conversation.toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean is(String joined) {
    return !joined.isEmpty() && joined.charAt(0) == MARK;
  }

  static Conversation read(String joined) {
    try {
      return Conversation.of(JSON.readValue(joined.substring(1), List.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
