package io.haori.cli.remote;

import static io.haori.core.check.Check.require;

import io.haori.client.Anomalies;
import io.haori.client.AnsweredBy;
import io.haori.client.Asked;
import io.haori.client.GivenFeedback;
import io.haori.client.HaoriClient;
import io.haori.client.ModuleHeads;
import io.haori.client.ProblemException;
import io.haori.client.Tagged;
import io.haori.client.TextInput;
import io.haori.client.UnreachableException;
import io.haori.client.write.ChatMessage;
import io.haori.client.write.WritingListener;
import io.haori.client.write.WritingOptions;
import io.haori.client.write.Written;
import io.haori.core.check.UserError;
import io.haori.core.text.Classification;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.image.HeatMap;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Pixels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Modules of a server, with its problems as mistakes of the user's. */
public final class RemoteModels {
  private static final String REGISTRY = "reg:";

  /** Of one request; a server takes 4 MB of 2^20 bytes unless its settings say otherwise. */
  private static final long MOST_CHARACTERS = 3_000_000;

  /** Side of a picture that is sent to see what is read. */
  private static final int PROBE = 32;

  private static final Pattern PICTURE = Pattern.compile("input\\[(\\d+)\\]\\.image");

  private final HaoriClient client;

  RemoteModels(HaoriClient client) {
    this.client = client;
  }

  /**
   * Brings a module into the server's memory.
   *
   * @param adapter as {@code --adapter} names it, with {@code reg:} or without
   * @return the version, on which all that follows is asked
   */
  public AnsweredBy open(String adapter) {
    return asked(() -> client.preload(named(adapter)));
  }

  /**
   * Brings a module into the server's memory and asks what it answers.
   *
   * @param adapter as {@code --adapter} names it, with {@code reg:} or without
   * @return the version and the labels of its heads
   */
  public ModuleHeads heads(String adapter) {
    return asked(() -> client.heads(named(adapter)));
  }

  /** The labels of a module's heads. */
  public static DomainLabels labels(ModuleHeads module) {
    Task task = task(module.version());
    require(
        !module.heads().isEmpty(),
        "--server",
        "one that names the labels of its modules, as servers since this version do",
        "none for " + module.version().model());
    return new DomainLabels(
        task,
        module.heads().stream()
            .map(head -> new DomainLabels.Head(head.domain(), LabelSet.of(head.labels())))
            .toList());
  }

  /** A module's name for the server. */
  public static String named(String adapter) {
    return adapter.startsWith(REGISTRY) ? adapter.substring(REGISTRY.length()) : adapter;
  }

  /** What a module's head does. */
  public static Task task(AnsweredBy module) {
    return TaskCatalogue.find(module.task())
        .orElseThrow(
            () ->
                new UserError(
                    "--adapter must be a module with a head for a task, got " + module.model()));
  }

  /**
   * What a module says of rows.
   *
   * @param module from {@link #open}
   * @param task of its head
   * @param rows at least one
   */
  public List<Prediction> predict(AnsweredBy module, Task task, List<Row> rows) {
    // The version, not the name: what becomes live meanwhile must not answer the rest.
    Asked who = Asked.model(version(module));
    if (task.readsWords()) {
      List<TextInput> inputs = rows.stream().map(RemoteModels::input).toList();
      return asked(() -> client.tag(who, inputs)).rows().stream()
          .map(RemoteModels::prediction)
          .toList();
    }
    return requests(rows, RemoteModels::input).stream()
        .flatMap(
            some -> asked(some, inputs -> client.classifyInputs(who, inputs, null)).rows().stream())
        .map(RemoteModels::prediction)
        .toList();
  }

  /** One that was loaded by its path has no number in a registry. */
  private String version(AnsweredBy module) {
    return module.model().contains("@") ? module.module() + "@" + module.version() : module.model();
  }

  /**
   * What a model makes vectors of.
   *
   * @param width numbers of a vector
   * @param ofPictures whether it reads pictures, not texts
   */
  public record VectorKind(int width, boolean ofPictures) {}

  /**
   * Asks a model for a vector of a text and, where it makes none of that, of a picture.
   *
   * @param model a module, or a base by its name
   */
  public VectorKind vectorKind(String model) {
    try {
      return new VectorKind(width(model, TextInput.of("a")), false);
    } catch (UserError e) {
      if (!(e.getCause() instanceof ProblemException)) {
        throw e;
      }
      byte[] grey = new byte[3 * PROBE * PROBE];
      byte[] picture = HeatMap.png(Pixels.of(PROBE, PROBE, grey));
      try {
        return new VectorKind(width(model, TextInput.picture(picture)), true);
      } catch (UserError ofPicture) {
        // It is something else that is wrong.
        e.addSuppressed(ofPicture);
        throw e;
      }
    }
  }

  private int width(String model, TextInput input) {
    return asked(() -> client.embedInputs(named(model), List.of(input))).vectors().get(0).length;
  }

  /**
   * Vectors of length 1.
   *
   * @param model a module, or a base by its name
   * @param rows at least one, without pairs
   */
  public float[][] vectors(String model, List<Row> rows) {
    return requests(rows, row -> row.image() == null ? TextInput.of(row.text()) : input(row))
        .stream()
        .flatMap(
            some ->
                asked(some, inputs -> client.embedInputs(named(model), inputs)).vectors().stream())
        .toArray(float[][]::new);
  }

  /**
   * How unlike good ones pictures are.
   *
   * @param module a detector, from {@link #open}
   * @param rows of pictures; at least one
   * @param heatMaps whether they are drawn
   * @param threshold in the place of the detector's own; null for its own
   */
  public List<Anomalies> anomalies(
      AnsweredBy module, List<Row> rows, boolean heatMaps, @Nullable Double threshold) {
    String who = version(module);
    return requests(rows, RemoteModels::input).stream()
        .map(some -> asked(some, inputs -> client.anomalies(who, inputs, heatMaps, threshold)))
        .toList();
  }

  /** What people said of pictures that a detector of anomalies scored. */
  public GivenFeedback feedbackOn(String model) {
    return asked(() -> client.feedbackOn(named(model)));
  }

  /** Rows as one request has them. */
  private record Request(List<Row> rows, List<TextInput> inputs) {}

  /** As many at once as a request may have of bytes; at least one. */
  private static List<Request> requests(List<Row> rows, Function<Row, TextInput> made) {
    List<TextInput> inputs = rows.stream().map(made).toList();
    List<Request> all = new ArrayList<>();
    int from = 0;
    long length = 0;
    for (int i = 0; i < inputs.size(); i++) {
      length += inputs.get(i).length();
      if (i > from && length > MOST_CHARACTERS) {
        all.add(new Request(rows.subList(from, i), inputs.subList(from, i)));
        from = i;
        length = inputs.get(i).length();
      }
    }
    int end = inputs.size();
    all.add(new Request(rows.subList(from, end), inputs.subList(from, end)));
    return all;
  }

  /**
   * A text that follows a prompt.
   *
   * @param model a module without a head, or a base by its name
   * @param prompt what it is written on from
   * @param options what it may become
   * @param listener hears it while it is written
   */
  public Written complete(
      String model, String prompt, WritingOptions options, WritingListener listener) {
    return asked(() -> client.complete(named(model), prompt, options, listener));
  }

  /**
   * The assistant's answer in a conversation.
   *
   * @param model a module without a head, or a base by its name
   * @param messages of the conversation; the last one is the user's
   * @param options what it may become
   * @param listener hears it while it is written
   */
  public Written answer(
      String model, List<ChatMessage> messages, WritingOptions options, WritingListener listener) {
    return asked(() -> client.answer(named(model), messages, options, listener));
  }

  private static TextInput input(Row row) {
    Path image = row.image();
    if (image != null) {
      return TextInput.picture(ImageFile.bytes(image), row.domain());
    }
    List<String> words = row.words() == null ? List.of() : row.words();
    return new TextInput(row.text(), row.textPair(), row.domain(), words);
  }

  private static Prediction prediction(Classification answer) {
    if (!Double.isNaN(answer.value())) {
      return Prediction.number(answer.value());
    }
    List<Double> probabilities = new ArrayList<>();
    answer
        .labels()
        .forEach(
            label -> probabilities.add(answer.probabilities().getOrDefault(label, Double.NaN)));
    return new Prediction(
        answer.label(),
        answer.probability(),
        answer.probabilities(),
        Double.NaN,
        answer.labels(),
        probabilities);
  }

  private static Prediction prediction(Tagged.Row row) {
    return new Prediction(
        String.join(" ", row.tags()),
        Double.NaN,
        Map.of(),
        Double.NaN,
        row.tags(),
        row.probabilities());
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (ProblemException | UnreachableException e) {
      throw refused(Objects.requireNonNullElse(e.getMessage(), ""), e);
    }
  }

  /** What is wrong with a picture is said of its file, not of its place in the request. */
  private static <T> T asked(Request request, Function<List<TextInput>, T> question) {
    try {
      return question.apply(request.inputs());
    } catch (ProblemException | UnreachableException e) {
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      throw refused(PICTURE.matcher(sentence).replaceAll(found -> file(request.rows(), found)), e);
    }
  }

  private static String file(List<Row> rows, MatchResult found) {
    // A longer number than a request has rows is left as it is.
    int row = found.group(1).length() > 6 ? rows.size() : Integer.parseInt(found.group(1));
    Path image = row < rows.size() ? rows.get(row).image() : null;
    return Matcher.quoteReplacement(image == null ? found.group() : image.toString());
  }

  private static UserError refused(String sentence, RuntimeException e) {
    return new UserError("--server must answer: " + sentence, e);
  }
}
