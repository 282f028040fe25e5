package io.haori.server.api.write;

import io.haori.inference.generate.Generated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers in OpenAI's shapes.
 *
 * @param chat whether it is an answer in a conversation, else texts
 * @param id of the request
 * @param created seconds since 1970
 * @param model as the request named it
 * @param identity which base and module answer
 */
record WritingAnswer(
    boolean chat, String id, long created, String model, Map<String, Object> identity) {
  /** Says what OpenAI's finish_reason does not: whether the base or a string ended the text. */
  private static final String END = "end";

  /** All of it at once. */
  Map<String, @Nullable Object> whole(List<Generated> written) {
    Map<String, @Nullable Object> answer = begin(chat ? "chat.completion" : "text_completion");
    List<Map<String, @Nullable Object>> choices = new ArrayList<>();
    for (Generated one : written) {
      Map<String, @Nullable Object> choice = new LinkedHashMap<>();
      choice.put("index", choices.size());
      if (chat) {
        choice.put("message", Map.of("role", "assistant", "content", one.text().strip()));
      } else {
        choice.put("text", one.text());
      }
      choice.put("logprobs", null);
      choice.put("finish_reason", reason(one));
      choice.put(END, one.end().word());
      choices.add(choice);
    }
    answer.put("choices", choices);
    answer.put("usage", usage(written));
    return answer;
  }

  /** Who speaks, which begins a stream of a conversation. */
  Map<String, @Nullable Object> role() {
    return event(0, Map.of("role", "assistant", "content", ""), null);
  }

  /** A piece of a text. */
  Map<String, @Nullable Object> piece(int index, String text) {
    return event(index, chat ? Map.of("content", text) : text, null);
  }

  /** The end of a text. */
  Map<String, @Nullable Object> end(int index, Generated written) {
    return event(index, chat ? Map.of() : "", written);
  }

  /** How many tokens there were, behind all texts. */
  Map<String, @Nullable Object> usageEvent(List<Generated> written) {
    Map<String, @Nullable Object> event = begin(chunk());
    event.put("choices", List.of());
    event.put("usage", usage(written));
    return event;
  }

  private String chunk() {
    return chat ? "chat.completion.chunk" : "text_completion";
  }

  private Map<String, @Nullable Object> event(
      int index, Object content, @Nullable Generated ended) {
    Map<String, @Nullable Object> event = begin(chunk());
    Map<String, @Nullable Object> choice = new LinkedHashMap<>();
    choice.put("index", index);
    choice.put(chat ? "delta" : "text", content);
    choice.put("logprobs", null);
    choice.put("finish_reason", ended == null ? null : reason(ended));
    if (ended != null) {
      choice.put(END, ended.end().word());
    }
    event.put("choices", List.of(choice));
    return event;
  }

  private Map<String, @Nullable Object> begin(String object) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("id", (chat ? "chatcmpl-" : "cmpl-") + id);
    members.put("object", object);
    members.put("created", created);
    members.put("model", model);
    members.putAll(identity);
    return members;
  }

  /** What was not ended by the base or a string of the request, was cut. */
  private static String reason(Generated written) {
    return switch (written.end()) {
      case TOKEN, STOP -> "stop";
      case LENGTH, CANCELLED -> "length";
    };
  }

  private static Map<String, Object> usage(List<Generated> written) {
    long read = written.stream().mapToLong(Generated::promptTokens).sum();
    long made = written.stream().mapToLong(Generated::tokens).sum();
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("prompt_tokens", read);
    usage.put("completion_tokens", made);
    usage.put("total_tokens", read + made);
    return usage;
  }
}
