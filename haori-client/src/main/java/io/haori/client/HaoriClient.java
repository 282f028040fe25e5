package io.haori.client;

import io.haori.client.write.ChatMessage;
import io.haori.client.write.WritingListener;
import io.haori.client.write.WritingOptions;
import io.haori.client.write.Written;
import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks one Haori server. Any number of threads may use one client, which keeps connections open.
 *
 * <p>Every method waits for the answer and fails with a {@link ProblemException} in the server's
 * words, or an {@link UnreachableException}. What only reads is sent again as {@link RetryPolicy}
 * says; what changes something is sent again only when the server did not see it, or refused it
 * before it did anything.
 */
public final class HaoriClient {
  private final ClientSettings settings;
  private final Transport transport;

  /**
   * A client of a server, which is not asked yet.
   *
   * @throws io.haori.core.check.UserError when the trusted certificates cannot be read
   */
  public HaoriClient(ClientSettings settings) {
    this(
        settings,
        duration -> Thread.sleep(duration.toMillis()),
        // Of the thread that asks, so threads never wait for each other.
        () -> ThreadLocalRandom.current().nextLong());
  }

  /** With what waits and what draws the length of waits. */
  HaoriClient(ClientSettings settings, Transport.Pause pause, RandomGenerator random) {
    this.settings = settings;
    transport = new Transport(settings, pause, random);
  }

  /** Where the server is. */
  public ClientSettings settings() {
    return settings;
  }

  /** Classes, or the numbers of a regression, of texts. */
  public Classified classify(Asked who, List<String> texts) {
    return classifyInputs(who, texts.stream().map(TextInput::of).toList(), null);
  }

  /**
   * Classes, or the numbers of a regression.
   *
   * @param who answers
   * @param inputs at least one
   * @param top how many probabilities an answer has at most; null for all
   */
  public Classified classifyInputs(Asked who, List<TextInput> inputs, @Nullable Integer top) {
    Map<String, Object> body = body(who, inputs);
    if (top != null) {
      body.put("top", top);
    }
    return Answers.classified(transport.post("/v1/classify", body, true));
  }

  /** The tag of each word. */
  public Tagged tag(Asked who, List<TextInput> inputs) {
    return Answers.tagged(transport.post("/v1/tag", body(who, inputs), true));
  }

  /** Classes, and what each module did to each layer. */
  public Explained explain(Asked who, List<TextInput> inputs) {
    return Answers.explained(transport.post("/v1/explain", body(who, inputs), true));
  }

  /**
   * Vectors of length 1.
   *
   * @param model a module, or a base by its name
   * @param texts at least one
   */
  public Embedded embed(String model, List<String> texts) {
    return embedInputs(model, texts.stream().map(TextInput::of).toList());
  }

  /**
   * The same of pictures, too.
   *
   * @param model a module, or a base by its name
   * @param inputs at least one, without pairs
   */
  public Embedded embedInputs(String model, List<TextInput> inputs) {
    Map<String, Object> body = body(Asked.model(model), inputs);
    // Half as long as decimal digits, and exact.
    body.put("encoding_format", "base64");
    return Answers.embedded(transport.post("/v1/embeddings", body, true));
  }

  /**
   * A text that follows a prompt.
   *
   * @param model a module without a head, or a base by its name
   * @param prompt what it is written on from
   * @param options what it may become
   * @param listener hears it while it is written; one that wants no more ends the writing
   */
  public Written complete(
      String model, String prompt, WritingOptions options, WritingListener listener) {
    return write("/v1/completions", model, Map.of("prompt", prompt), options, listener);
  }

  /**
   * The assistant's answer in a conversation.
   *
   * @param model a module without a head, or a base by its name
   * @param messages of the conversation; the last one is the user's
   * @param options what it may become
   * @param listener hears it while it is written; one that wants no more ends the writing
   */
  public Written answer(
      String model, List<ChatMessage> messages, WritingOptions options, WritingListener listener) {
    List<Map<String, String>> said =
        messages.stream().map(one -> Map.of("role", one.role(), "content", one.content())).toList();
    return write("/v1/chat/completions", model, Map.of("messages", said), options, listener);
  }

  private Written write(
      String path,
      String model,
      Map<String, Object> begin,
      WritingOptions options,
      WritingListener listener) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.putAll(begin);
    body.putAll(options.members());
    body.put("stream", true);
    body.put("stream_options", Map.of("include_usage", true));
    return transport.postForLines(path, body, lines -> WritingEvents.read(lines, listener));
  }

  /**
   * How unlike good ones pictures are, and where.
   *
   * @param model a detector of anomalies
   * @param pictures at least one; with heat maps at most 64
   * @param heatMaps whether each picture is drawn, with red where it is unlike good ones
   */
  public Anomalies anomalies(String model, List<TextInput> pictures, boolean heatMaps) {
    return anomalies(model, pictures, heatMaps, null);
  }

  /**
   * The same with a threshold.
   *
   * @param model a detector of anomalies
   * @param pictures at least one; with heat maps at most 64
   * @param heatMaps whether each picture is drawn, with red where it is unlike good ones
   * @param threshold a picture with a higher score is anomalous, at least 0; null for the
   *     detector's own
   */
  public Anomalies anomalies(
      String model, List<TextInput> pictures, boolean heatMaps, @Nullable Double threshold) {
    Map<String, Object> body = body(Asked.model(model), pictures);
    body.put("heatMaps", heatMaps);
    if (threshold != null) {
      body.put("threshold", threshold);
    }
    return Answers.anomalies(transport.post("/v1/anomalies", body, true));
  }

  /**
   * Says what was right of a text or picture that was answered.
   *
   * @param request name of the request, {@link AnsweredBy#requestId}
   * @param index which text or picture of it, from 0
   * @param labels the right label; several, or one a word, where the answer was so; {@code good} or
   *     {@code anomalous} for a detector of anomalies
   * @throws ProblemException.Conflict when another label was given before
   */
  public FeedbackCount feedback(String request, int index, List<String> labels) {
    Object label = labels.size() == 1 ? labels.get(0) : labels;
    Map<String, Object> body = Map.of("id", request, "index", index, "label", label);
    return Answers.feedback(transport.post("/v1/feedback", body, true));
  }

  /**
   * What people said of pictures that a detector of anomalies scored.
   *
   * @param model a detector of anomalies of the registry
   */
  public GivenFeedback feedbackOn(String model) {
    String query = URLEncoder.encode(model, StandardCharsets.UTF_8);
    return Answers.given(transport.get("/v1/feedback?model=" + query));
  }

  private static Map<String, Object> body(Asked who, List<TextInput> inputs) {
    Map<String, Object> body = new LinkedHashMap<>(who.members());
    body.put("input", inputs.stream().map(TextInput::member).toList());
    return body;
  }

  /** What the server answers with, as far as the account may look at it. */
  public List<ServedModel> models() {
    return Answers.models(transport.get("/v1/models"));
  }

  /** Brings a module into the server's memory, so that the first request does not wait for it. */
  public AnsweredBy preload(String model) {
    return Answers.by(transport.post("/v1/preload", Map.of("model", model), true));
  }

  /**
   * Brings a module into the server's memory, and says what its heads answer.
   *
   * @param model name of a module, as {@link #preload} takes it
   */
  public ModuleHeads heads(String model) {
    return Answers.heads(transport.post("/v1/preload", Map.of("model", model), true));
  }

  /** Whether the server takes requests; asked once. */
  public Health health() {
    try {
      return Answers.health(transport.getOnce("/health/ready"));
    } catch (ProblemException.Unavailable e) {
      return new Health(false, "unknown");
    }
  }

  /**
   * Loads an adapter by its path below the server's folder of adapters.
   *
   * @param name under which requests ask for it
   * @param path of it
   * @param again whether one of that name may be there, whose place it takes
   */
  public void loadAdapter(String name, String path, boolean again) {
    var unused =
        transport.postForText(
            "/v1/load_lora_adapter",
            Map.of("lora_name", name, "lora_path", path, "load_inplace", again));
  }

  /** Takes an adapter out that was loaded by its path. */
  public void unloadAdapter(String name) {
    var unused = transport.postForText("/v1/unload_lora_adapter", Map.of("lora_name", name));
  }

  /**
   * Deletes data on the server.
   *
   * @param name {@code orders@2}, or {@code orders} for all versions
   * @return the versions that were deleted
   * @throws ProblemException.Conflict while a job reads them
   */
  public List<String> deleteData(String name) {
    return Answers.deleted(transport.delete("/v1/data/" + encoded(name)));
  }

  /**
   * Deletes a job that is over, with its log and result.
   *
   * @param id its name
   * @throws ProblemException.Conflict while it is not over, or a version in use has its evidence
   *     from it
   */
  public void deleteJob(String id) {
    var unused = transport.delete("/v1/jobs/" + encoded(id));
  }

  /**
   * The rounds of sites that learn together.
   *
   * @param name of the federation on the server
   */
  public Federation federation(String name) {
    return new Federation(transport, encoded(name));
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** One model as a classifier, which asks for at most 256 texts at once. */
  public Classifier classifier(Asked who) {
    return new ServerClassifier(this, who);
  }

  /**
   * One model as an embedder, which asks for at most 256 texts at once.
   *
   * @param model a module, or a base by its name
   */
  public Embedder embedder(String model) {
    return new ServerEmbedder(this, model);
  }
}
