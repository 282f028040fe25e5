package io.haori.model.chat;

import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.model.chat.ChatText.Span;
import io.haori.model.jinja.JinjaException;
import io.haori.model.jinja.JinjaTemplate;
import io.haori.model.text.Tokenizer;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a base wants a conversation to be written: the template of its own folder ({@code
 * chat_template.jinja}, else {@code chat_template} of {@code tokenizer_config.json}). Safe for use
 * by several threads.
 *
 * <pre>{@code
 * <|im_start|>user          question: up to where the base answers
 * How much?<|im_end|>
 * <|im_start|>assistant
 * Five.<|im_end|>           answer: with what ends the turn
 * }</pre>
 */
public final class ChatTemplate {
  /** What is asked to see how the base ends a turn. */
  private static final String EXAMPLE = "answer";

  /** What no tool is called or says. */
  private static final String OTHER = "\u2063other";

  private static final Map<String, Object> CALLED =
      Map.of(
          Message.CALLS,
          List.of(
              Map.of(
                  "id",
                  "000000000",
                  "type",
                  "function",
                  "function",
                  Map.of("name", OTHER, "arguments", Map.of()))));

  /** What ends the thoughts that some bases write before their answers. */
  private static final String THOUGHT = "</think>";

  private final String source;
  private final JinjaTemplate template;
  private final Map<String, String> tokens;
  private final Clock clock;
  private final String turnEnd;

  private ChatTemplate(
      String source, JinjaTemplate template, Map<String, String> tokens, Clock clock) {
    this.source = source;
    this.template = template;
    this.tokens = tokens;
    this.clock = clock;
    Conversation asked = Conversation.asking("question");
    String answered = render(asked.and(Role.ASSISTANT, EXAMPLE), false);
    int at = answered.lastIndexOf(EXAMPLE);
    this.turnEnd = at < 0 ? "" : answered.substring(at + EXAMPLE.length()).strip();
  }

  /**
   * The template of a base.
   *
   * @param tokenizer of the base; not kept
   * @param clock which day a template that writes it means
   * @return empty where the base's folder has none
   * @throws UserError when it has one that cannot be read
   */
  public static Optional<ChatTemplate> of(Tokenizer tokenizer, Clock clock) {
    String text = tokenizer.chatTemplate();
    if (text == null) {
      return Optional.empty();
    }
    String source = tokenizer.source();
    try {
      return Optional.of(
          new ChatTemplate(source, JinjaTemplate.parse(text), tokenizer.namedTokens(), clock));
    } catch (JinjaException e) {
      throw refused(source, e);
    }
  }

  /**
   * The template of a base that must have one.
   *
   * @param tokenizer of the base; not kept
   * @param clock which day a template that writes it means
   * @throws UserError when it has none, or one that cannot be read
   */
  public static ChatTemplate required(Tokenizer tokenizer, Clock clock) {
    return of(tokenizer, clock)
        .orElseThrow(
            () ->
                new UserError(
                    tokenizer.source()
                        + ": must have a chat template for messages (chat_template in"
                        + " tokenizer_config.json, or chat_template.jinja beside it), got none"));
  }

  /**
   * The template of a base that must have one, on this day.
   *
   * @param tokenizer of the base; not kept
   * @throws UserError when it has none, or one that cannot be read
   */
  public static ChatTemplate required(Tokenizer tokenizer) {
    return required(tokenizer, Clock.system(ZoneId.systemDefault()));
  }

  private static UserError refused(String source, JinjaException e) {
    String message = JsonFile.printable(String.valueOf(e.getMessage()));
    return new UserError(
        source
            + (e.raised()
                ? ": its chat template refuses the messages: "
                : ": its chat template cannot be used: ")
            + message,
        e);
  }

  /**
   * What the base reads before it answers.
   *
   * @param conversation the user has the last word
   * @throws UserError when the template refuses it
   */
  public String prompt(Conversation conversation) {
    requirePlaces(conversation);
    return render(conversation.question(), true);
  }

  /** What ends a turn of the assistant, such as {@code <|im_end|>}; empty for nothing. */
  public String turnEnd() {
    return turnEnd;
  }

  /**
   * What is to be learnt of a conversation: each answer after exactly what the base reads when it
   * is asked for it. This is one text where the template writes every part of a conversation alike
   * whatever follows, else a text for each answer.
   *
   * @param conversation the assistant has the last word
   * @throws UserError when the template refuses it, or answers without saying where
   */
  public List<ChatText> learnt(Conversation conversation) {
    requirePlaces(conversation);
    int size = conversation.messages().size();
    String whole = render(conversation, false);
    List<Span> spans = new ArrayList<>();
    List<ChatText> single = new ArrayList<>();
    boolean together = !turnEnd.isEmpty();
    for (int count = 1; count <= size; count++) {
      if (conversation.messages().get(count - 1).role() != Role.ASSISTANT) {
        continue;
      }
      String asked = render(conversation.first(count - 1), true);
      String answered = count == size ? whole : render(conversation.first(count), false);
      if (!answered.startsWith(asked)) {
        throw new UserError(
            source
                + ": its chat template must write an answer behind what asks for it"
                + " (add_generation_prompt)");
      }
      String said = answered.stripTrailing();
      Span span = new Span(asked.length(), Math.max(asked.length(), said.length()));
      single.add(new ChatText(said, List.of(span), !turnEnd.isEmpty()));
      spans.add(span);
      together &= whole.startsWith(answered);
    }
    return together ? List.of(new ChatText(whole.stripTrailing(), spans, true)) : single;
  }

  /** Refuses what the template would pass over, so that the base never read it. */
  private void requirePlaces(Conversation conversation) {
    if (!conversation.tools().isEmpty()) {
      Conversation without = new Conversation(conversation.messages());
      if (render(conversation, false).equals(render(without, false))) {
        throw new UserError(source + ": its chat template has no place for tools");
      }
    }
    boolean called = conversation.messages().stream().anyMatch(Message::calls);
    if (called) {
      List<Message> silent = new ArrayList<>();
      List<Message> deaf = new ArrayList<>();
      for (Message message : conversation.messages()) {
        boolean tool = message.role() == Role.TOOL;
        deaf.add(tool ? new Message(Role.TOOL, OTHER, message.more()) : message);
        silent.add(
            message.calls() ? new Message(message.role(), message.content(), CALLED) : message);
      }
      String text = render(conversation, false);
      if (text.equals(render(new Conversation(silent, conversation.tools()), false))
          || text.equals(render(new Conversation(deaf, conversation.tools()), false))) {
        throw new UserError(source + ": its chat template has no place for messages of tools");
      }
    }
  }

  /** What was written without the thoughts before it, as the template itself drops them. */
  public static String withoutThoughts(String written) {
    int at = written.lastIndexOf(THOUGHT);
    return at < 0 ? written : written.substring(at + THOUGHT.length()).stripLeading();
  }

  /**
   * A conversation as a text.
   *
   * @param conversation as it is
   * @param asks whether what asks for an answer follows
   * @throws UserError when the template refuses it
   */
  String text(Conversation conversation, boolean asks) {
    return render(conversation, asks);
  }

  private String render(Conversation conversation, boolean asks) {
    Map<String, Object> given = new HashMap<>(tokens);
    given.put("messages", conversation.toList());
    given.put("add_generation_prompt", asks);
    given.put("tools", conversation.tools().isEmpty() ? null : conversation.tools());
    given.put("documents", null);
    try {
      return template.render(given, clock);
    } catch (JinjaException e) {
      throw refused(source, e);
    }
  }
}
