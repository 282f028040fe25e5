package io.haori.server.api.write;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Prompt;
import io.haori.inference.generate.Sampling;
import io.haori.model.chat.Conversation;
import io.haori.server.api.request.RequestBody;
import io.haori.server.engine.Writer;
import io.haori.server.settings.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants written.
 *
 * @param texts prompts that are read as they are; none for a conversation
 * @param conversations as many as there are answers wanted: one, or none for texts
 * @param settings what each text may become
 * @param stream whether the texts are sent while they are written
 * @param usage whether the last event says how many tokens there were
 */
record WritingRequest(
    List<String> texts,
    List<Conversation> conversations,
    GenerationSettings settings,
    boolean stream,
    boolean usage) {
  private static final List<String> BOTH =
      List.of(
          "model",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "stop",
          "seed",
          "stream",
          "stream_options",
          "n",
          "user",
          "presence_penalty",
          "frequency_penalty");

  /** Members of a request for texts. */
  static final List<String> OF_TEXTS =
      Stream.concat(BOTH.stream(), Stream.of("prompt", "echo", "best_of")).toList();

  private static final String TOOLS = "tools";

  /** Keys of messages that ask for tools, or are what these gave. */
  private static final List<String> OF_TOOLS = List.of("tool_calls", "tool_call_id", "name");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Members of a request for an answer. */
  static final List<String> OF_ANSWERS =
      Stream.concat(BOTH.stream(), Stream.of("messages", TOOLS, "max_completion_tokens")).toList();

  /** As OpenAI has it where a request does not say it. */
  private static final double DEFAULT_TEMPERATURE = 1;

  private static final int MOST_STOPS = 16;

  WritingRequest {
    texts = List.copyOf(texts);
    conversations = List.copyOf(conversations);
  }

  /** Reads a request for texts. */
  static WritingRequest ofTexts(RequestBody body, Limits limits) {
    requireWhole(body, "best_of", 1);
    require(!body.flag("echo"), "echo", "false or left out", true);
    return of(body, texts(body, limits), List.of(), body.wholeOrNull("max_tokens"));
  }

  /** Reads a request for an answer. */
  static WritingRequest ofAnswers(RequestBody body, Limits limits) {
    Integer most = body.wholeOrNull("max_completion_tokens");
    require(
        most == null || !body.has("max_tokens"),
        "max_tokens",
        "left out with max_completion_tokens",
        body.get("max_tokens") + "");
    return of(
        body,
        List.of(),
        List.of(conversation(body, limits)),
        most == null ? body.wholeOrNull("max_tokens") : most);
  }

  private static WritingRequest of(
      RequestBody body,
      List<String> texts,
      List<Conversation> conversations,
      @Nullable Integer most) {
    requireWhole(body, "n", 1);
    requireNumber(body, "presence_penalty");
    requireNumber(body, "frequency_penalty");
    require(most == null || most >= 1, "max_tokens", "at least 1", most + "");
    double temperature = body.number("temperature", DEFAULT_TEMPERATURE);
    require(temperature >= 0 && temperature <= 100, "temperature", "in [0, 100]", temperature);
    double topP = body.number("top_p", 1);
    require(topP > 0 && topP <= 1, "top_p", "above 0 and at most 1", topP);
    Integer topK = body.wholeOrNull("top_k");
    require(topK == null || topK >= 0, "top_k", "at least 0", topK + "");
    double minP = body.number("min_p", 0);
    require(minP >= 0 && minP < 1, "min_p", "at least 0 and below 1", minP);
    double penalty = body.number("repetition_penalty", 1);
    require(
        penalty > 0 && penalty <= 100, "repetition_penalty", "above 0 and at most 100", penalty);
    Integer seed = body.wholeOrNull("seed");
    boolean usage = false;
    JsonNode options = body.get("stream_options");
    if (options != null) {
      RequestBody stream = RequestBody.object(options, "stream_options");
      usage = stream.only(List.of("include_usage")).flag("include_usage");
    }
    GenerationSettings settings =
        new GenerationSettings(
            most == null ? GenerationSettings.DEFAULT.maxTokens() : most,
            new Sampling(penalty, temperature, topK == null ? 0 : topK, topP, minP),
            stop(body),
            seed == null ? ThreadLocalRandom.current().nextLong() : seed);
    return new WritingRequest(texts, conversations, settings, body.flag("stream"), usage);
  }

  private static void requireWhole(RequestBody body, String name, int wanted) {
    Integer given = body.wholeOrNull(name);
    require(given == null || given == wanted, name, wanted + " or left out", given + "");
  }

  private static void requireNumber(RequestBody body, String name) {
    double given = body.number(name, 0);
    require(given == 0, name, "0 or left out (repetition_penalty is what there is)", given);
  }

  private static List<String> stop(RequestBody body) {
    JsonNode given = body.get("stop");
    if (given == null) {
      return List.of();
    }
    List<String> stop = new ArrayList<>();
    for (JsonNode one : given.isArray() ? given : List.of(given)) {
      if (!one.isTextual() || one.textValue().isEmpty()) {
        throw RequestBody.wrong("stop", "a text or texts, none empty", given);
      }
      stop.add(one.textValue());
    }
    require(stop.size() <= MOST_STOPS, "stop", "at most " + MOST_STOPS + " texts", stop.size());
    return stop;
  }

  private static List<String> texts(RequestBody body, Limits limits) {
    JsonNode given = body.get("prompt");
    String bound = "a text, or an array of 1 to " + limits.texts() + " texts";
    if (given == null) {
      throw new UserError("prompt must be " + bound + ", got nothing");
    }
    if (given.isArray() && (given.isEmpty() || given.size() > limits.texts())) {
      throw new UserError("prompt must be " + bound + ", got " + given.size());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : given.isArray() ? given : List.of(given)) {
      if (!one.isTextual()) {
        throw RequestBody.wrong("prompt", bound, one);
      }
      requireShort("prompt", one.textValue(), limits);
      texts.add(one.textValue());
    }
    return texts;
  }

  private static void requireShort(String name, String text, Limits limits) {
    int most = limits.textCharacters();
    require(text.length() <= most, name, "at most " + most + " characters", text.length());
  }

  private static Conversation conversation(RequestBody body, Limits limits) {
    JsonNode given = body.get("messages");
    if (given == null || !given.isArray()) {
      throw new UserError(
          "messages must be a list, got " + (given == null ? "nothing" : "something else"));
    }
    List<Object> messages = new ArrayList<>();
    for (JsonNode one : given) {
      Map<String, Object> message = new LinkedHashMap<>();
      if (one.path("role").isTextual()) {
        String role = one.path("role").textValue();
        // The newer name of the same role.
        message.put("role", role.equals("developer") ? "system" : role);
      }
      for (String key : OF_TOOLS) {
        if (one.hasNonNull(key)) {
          requireShort("messages", one.path(key).toString(), limits);
          message.put(key, JSON.convertValue(one.path(key), Object.class));
        }
      }
      String content = content(one.path("content"));
      if (content != null) {
        requireShort("messages", content, limits);
        message.put("content", content);
      }
      messages.add(message);
    }
    JsonNode tools = body.get(TOOLS);
    if (tools != null) {
      requireShort(TOOLS, tools.toString(), limits);
    }
    Conversation asked =
        Conversation.of(messages, tools == null ? null : JSON.convertValue(tools, Object.class));
    require(
        !asked.isAnswered(),
        "messages",
        "ended by one of the user",
        "one of the assistant at the end");
    return asked;
  }

  /** A text, or the texts of parts; null for anything else. */
  private static @Nullable String content(JsonNode given) {
    if (given.isTextual()) {
      return given.textValue();
    }
    if (!given.isArray()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : given) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw RequestBody.wrong("content of a message", "a text or parts of the type text", part);
      }
      text.append(part.path("text").textValue());
    }
    return text.toString();
  }

  /** Whether it is a conversation. */
  boolean isChat() {
    return !conversations.isEmpty();
  }

  /** Characters of all that is to be read. */
  long characters() {
    long read = texts.stream().mapToLong(String::length).sum();
    for (Conversation said : conversations) {
      read += said.messages().stream().mapToLong(one -> one.content().length()).sum();
    }
    return read;
  }

  /**
   * As tokens.
   *
   * @throws UserError for the first that cannot be written on from
   */
  List<Prompt> prompts(Writer writer) {
    List<Prompt> prompts = new ArrayList<>();
    texts.forEach(text -> prompts.add(writer.prompt(text)));
    conversations.forEach(said -> prompts.add(writer.prompt(said)));
    prompts.forEach(writer::check);
    return prompts;
  }
}
