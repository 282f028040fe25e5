package io.haori.model.chat;

import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was said, in its order: perhaps one message of the system, then user and assistant in turn,
 * the user first.
 *
 * @param messages at least one of the user
 */
public record Conversation(List<Message> messages) {
  private static final String MESSAGES = "messages must ";

  private static final String ROLES =
      Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));

  /**
   * Checks the order.
   *
   * @throws UserError when it is another, or nothing is said
   */
  public Conversation {
    messages = List.copyOf(messages);
    boolean system = !messages.isEmpty() && messages.get(0).role() == Role.SYSTEM;
    int first = system ? 1 : 0;
    for (int at = 0; at < messages.size(); at++) {
      Message message = messages.get(at);
      Role wanted = (at - first) % 2 == 0 ? Role.USER : Role.ASSISTANT;
      if (at >= first && message.role() != wanted) {
        throw new UserError(
            MESSAGES
                + "be perhaps one of the system, then of user and assistant in turn, got "
                + message.role().word()
                + place(at));
      }
      if (message.content().isBlank()) {
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

  /**
   * Reads what a file or a request has.
   *
   * @param value a list of maps with {@code role} and {@code content}
   * @throws UserError when it is something else
   */
  public static Conversation of(Object value) {
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
      Object content = map.get("content");
      if (!(content instanceof String text)) {
        throw new UserError(
            MESSAGES + "have a content that is a text, got " + kind(content) + place);
      }
      messages.add(new Message(role(map.get("role"), place), text));
    }
    return new Conversation(messages);
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
    return new Conversation(messages.subList(0, count));
  }

  /** The same with one more message. */
  public Conversation and(Role role, String content) {
    List<Message> more = new ArrayList<>(messages);
    more.add(new Message(role, content));
    return new Conversation(more);
  }

  /** As a reader sees it, one message a paragraph. */
  public String shown() {
    return messages.stream()
        .map(message -> message.role().word() + ": " + message.content())
        .collect(Collectors.joining("\n"));
  }

  /** As files have it: maps with {@code role} and {@code content}. */
  public List<Map<String, String>> toList() {
    List<Map<String, String>> list = new ArrayList<>();
    for (Message message : messages) {
      Map<String, String> map = new LinkedHashMap<>();
      map.put("role", message.role().word());
      map.put("content", message.content());
      list.add(map);
    }
    return list;
  }
}
