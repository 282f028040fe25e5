package io.haori.model.chat;

import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was said, in its order: perhaps one message of the system, then user and assistant in turn,
 * the user first. Where the assistant calls tools, messages of these follow, then the assistant.
 *
 * @param messages at least one of the user
 * @param tools that the assistant may call, each a JSON schema as templates read it; empty for none
 */
public record Conversation(List<Message> messages, List<Object> tools) {
  private static final String MESSAGES = "messages must ";
  private static final String ROLE = "role";
  private static final String CONTENT = "content";

  private static final String ROLES =
      Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));

  /**
   * Checks the order.
   *
   * @throws UserError when it is another, or nothing is said
   */
  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    boolean system = !messages.isEmpty() && messages.get(0).role() == Role.SYSTEM;
    int first = system ? 1 : 0;
    for (int at = 0; at < messages.size(); at++) {
      Message message = messages.get(at);
      if (at >= first) {
        requireTurn(at == first ? null : messages.get(at - 1), message, at);
      }
      if (message.content().isBlank() && !message.calls()) {
        throw new UserError(
            MESSAGES + "have a content that is not blank, got a blank one" + place(at));
      }
    }
    if (messages.size() == first) {
      throw new UserError(
          MESSAGES
              + "have at least one of the user, got "
              + (system ? "one of the system" : "none"));
    }
  }

  /** Without tools. */
  public Conversation(List<Message> messages) {
    this(messages, List.of());
  }

  private static void requireTurn(@Nullable Message before, Message message, int at) {
    boolean calls = before != null && before.calls();
    boolean answers = before != null && before.role() == Role.TOOL;
    if (message.role() == Role.TOOL || calls) {
      if (message.role() != Role.TOOL || !(calls || answers)) {
        throw new UserError(
            MESSAGES
                + "be of the role tool exactly behind tool_calls of the assistant, got "
                + message.role().word()
                + place(at));
      }
      return;
    }
    boolean asked = before != null && before.role() != Role.ASSISTANT;
    if (message.role() != (asked ? Role.ASSISTANT : Role.USER)) {
      throw new UserError(
          MESSAGES
              + "be perhaps one of the system, then of user and assistant in turn, got "
              + message.role().word()
              + place(at));
    }
  }

  /**
   * Reads what a file or a request has.
   *
   * @param value a list of maps with {@code role} and {@code content}
   * @throws UserError when it is something else
   */
  public static Conversation of(Object value) {
    return of(value, null);
  }

  /**
   * Reads what a file or a request has.
   *
   * @param value a list of maps with {@code role} and {@code content}, of an assistant perhaps with
   *     {@code tool_calls}
   * @param tools a list of maps, each a tool; null for none
   * @throws UserError when it is something else
   */
  public static Conversation of(Object value, @Nullable Object tools) {
    if (!(value instanceof List<?> list)) {
      throw new UserError(MESSAGES + "be a list, got " + kind(value));
    }
    List<Message> messages = new ArrayList<>();
    for (Object one : list) {
      String place = place(messages.size());
      if (!(one instanceof Map<?, ?> map)) {
        throw new UserError(
            MESSAGES + "be objects with role and content, got " + kind(one) + place);
      }
      messages.add(message(map, place));
    }
    return new Conversation(messages, tools(tools));
  }

  private static Message message(Map<?, ?> map, String place) {
    Role role = role(map.get("role"), place);
    Map<String, Object> more = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      if (value != null && !key.equals(ROLE) && !key.equals(CONTENT)) {
        more.put(key, plain(value));
      }
    }
    Object calls = more.get(Message.CALLS);
    if (calls != null) {
      boolean some = calls instanceof List<?> list && !list.isEmpty();
      if (role != Role.ASSISTANT || !some) {
        throw new UserError(
            MESSAGES
                + "have tool_calls of the assistant alone, a list of at least one, got "
                + (role != Role.ASSISTANT ? "some of " + role.word() : "none")
                + place);
      }
    }
    Object content = map.get(CONTENT);
    if (content == null && calls != null) {
      content = "";
    }
    if (!(content instanceof String text)) {
      throw new UserError(MESSAGES + "have a content that is a text, got " + kind(content) + place);
    }
    return new Message(role, text, more);
  }

  private static List<Object> tools(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list) || !list.stream().allMatch(Map.class::isInstance)) {
      throw new UserError(
          "tools must be a list of objects, got "
              + (value instanceof List<?> ? "a list of something else" : kind(value)));
    }
    return list.stream().map(Conversation::plain).toList();
  }

  /** Numbers as templates know them, whole or not. */
  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, one) -> copy.put(String.valueOf(key), one == null ? null : plain(one)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(one -> copy.add(one == null ? null : plain(one)));
      return copy;
    }
    if (value instanceof BigDecimal number) {
      boolean whole = number.scale() <= 0 && number.precision() <= 18;
      return whole ? (Object) number.longValue() : (Object) number.doubleValue();
    }
    return value instanceof Integer number ? (Object) number.longValue() : value;
  }

  private static Role role(@Nullable Object given, String place) {
    for (Role role : Role.values()) {
      if (role.word().equals(given)) {
        return role;
      }
    }
    String got = given instanceof String text ? JsonFile.printable(text) : kind(given);
    throw new UserError(MESSAGES + "have a role, one of " + ROLES + ", got " + got + place);
  }

  private static String place(int at) {
    return " at position " + (at + 1);
  }

  private static String kind(@Nullable Object value) {
    if (value == null) {
      return "none";
    }
    return value instanceof String
        ? "a text"
        : value instanceof Number
            ? "a number"
            : value instanceof Boolean
                ? "true or false"
                : value instanceof List<?> ? "a list" : "an object";
  }

  /** One question. */
  public static Conversation asking(String question) {
    return new Conversation(List.of(new Message(Role.USER, question)));
  }

  /** Whether the assistant has the last word. */
  public boolean isAnswered() {
    return messages.get(messages.size() - 1).role() == Role.ASSISTANT;
  }

  /** What is to be answered: all up to the user's last message. */
  public Conversation question() {
    return isAnswered() ? first(messages.size() - 1) : this;
  }

  /** The assistant's last word; empty where it is to come. */
  public String answer() {
    return isAnswered() ? messages.get(messages.size() - 1).content() : "";
  }

  /** The first messages alone. */
  public Conversation first(int count) {
    return new Conversation(messages.subList(0, count), tools);
  }

  /** The same with one more message. */
  public Conversation and(Role role, String content) {
    List<Message> more = new ArrayList<>(messages);
    more.add(new Message(role, content));
    return new Conversation(more, tools);
  }

  /** As a reader sees it, one message a paragraph. */
  public String shown() {
    return messages.stream()
        .map(message -> message.role().word() + ": " + message.content())
        .collect(Collectors.joining("\n"));
  }

  /** As files have it: maps with {@code role}, {@code content} and what else there is. */
  public List<Map<String, Object>> toList() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put(ROLE, message.role().word());
      map.put(CONTENT, message.content());
      map.putAll(message.more());
      list.add(map);
    }
    return list;
  }
}
