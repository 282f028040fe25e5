package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Slot;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.privacy.NoisySteps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A site's update as one file: the numbers of module and head in safetensors, whose metadata say in
 * JSON which round, base and site it is of, and hold the site's signature of that and of all
 * numbers. Of the data it says how many rows there were and what the labels are called, nothing
 * else.
 */
public final class UpdateFile {
  private static final String FACTS = "haori.update";
  private static final String SIGNATURE = "haori.signature";
  private static final String MODULE = "module.";
  private static final String HEAD_WEIGHT = "head.weight";
  private static final String HEAD_BIAS = "head.bias";
  private static final int FORMAT = 1;
  private static final int MOST_LABELS = 100_000;
  private static final int MOST_NAME = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private UpdateFile() {}

  /**
   * Refuses a name of a site that is no short word.
   *
   * @param setting name of the setting, for the message
   * @param site the name
   */
  public static void requireName(String setting, String site) {
    require(
        site.matches("[\\p{L}\\p{N}._-]{1," + MOST_NAME + "}"),
        setting,
        "1 to " + MOST_NAME + " letters, digits, dots, hyphens or underscores",
        "'" + JsonFile.printable(site) + "'");
  }

  /**
   * Writes an update.
   *
   * @param file where it is written
   * @param round that it is for
   * @param roundDigest {@link RoundFolder#digest} of the round's folder
   * @param site the site's name
   * @param rows training rows
   * @param noise of the steps; null without noise
   * @param model fitted in this round, with one head for labels
   * @param key of the site
   */
  static void write(
      Path file,
      Round round,
      String roundDigest,
      String site,
      int rows,
      @Nullable NoisySteps noise,
      TextModel model,
      SiteKey key) {
    DomainLabels labels = model.heads().labels();
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.put("formatVersion", FORMAT);
    facts.put("federation", round.federation());
    facts.put("round", round.number());
    facts.put("roundDigest", roundDigest);
    facts.put("baseDigest", model.base().digest());
    facts.put("site", site);
    facts.put("rows", rows);
    NoiseJson.put(facts, noise);
    facts.put("key", key.shown());
    facts.put("task", labels.task().name());
    facts.put("method", model.module().method().name());
    facts.set("settings", JsonSettings.texts(model.module().method().settings()));
    labels.heads().get(0).labels().names().forEach(facts.withArray("labels")::add);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new TreeMap<>();
      model
          .module()
          .layers()
          .forEach(
              (slot, layer) ->
                  layer
                      .tensors()
                      .forEach((name, tensor) -> tensors.put(MODULE + slot + "." + name, tensor)));
      tensors.put(HEAD_WEIGHT, model.heads().parameters().get(0).value());
      tensors.put(HEAD_BIAS, model.heads().parameters().get(1).value());
      String text = facts.toString();
      String signature = key.sign(signed(text, tensors));
      SafetensorsWriter.write(
          file, tensors, Map.of("format", "pt", FACTS, text, SIGNATURE, signature));
    }
    FiniteNumbers.require(file);
  }

  /** What is signed: the facts, and the digest of every number with its name and shape. */
  private static String signed(String facts, Map<String, Tensor> tensors) {
    Sha256 digest = Sha256.start();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              digest.update(name + " " + Arrays.toString(tensor.shape()) + "\n");
              float[] numbers = tensor.to(DType.F32).toFloats();
              ByteBuffer bytes =
                  ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
                      .order(ByteOrder.LITTLE_ENDIAN);
              bytes.asFloatBuffer().put(numbers);
              digest.update(bytes.array(), 0, bytes.capacity());
            });
    return facts + "\n" + digest.hex();
  }

  /**
   * Reads an update for a round and refuses one that is for another, of another base, or changed
   * since it was signed.
   *
   * @param file written by {@link #write}
   * @param round that it must be for
   * @param roundDigest of the round's folder
   * @param base of the round; stays open
   * @return owned by the caller
   * @throws UserError in one sentence
   */
  static Update read(Path file, Round round, String roundDigest, TextBase base) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be an update of haori federate join, found a folder");
    }
    if (!Files.isRegularFile(file)) {
      throw Check.in(file, "must be an update of haori federate join, found no such file");
    }
    FiniteNumbers.require(file);
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      String text = stored.metadata().getOrDefault(FACTS, "");
      JsonNode facts = facts(file, text);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : stored.names()) {
        tensors.put(name, stored.load(name));
      }
      String key = facts.path("key").asText();
      String signature = stored.metadata().getOrDefault(SIGNATURE, "");
      if (!SiteKey.hasSigned(key, signed(text, tensors), signature)) {
        throw Check.in(file, "was changed since its site signed it");
      }
      requireRound(file, facts, round, roundDigest, base);
      String site = facts.path("site").asText();
      requireName(file + ": site", site);
      String known = round.keyOf(site).orElse(key);
      require(
          known.equals(key),
          file + ": key of the site " + site,
          "the one that it signed earlier rounds with, " + known,
          key);
      int rows = facts.path("rows").asInt();
      require(rows >= 1, file + ": rows", "at least 1", rows);
      return update(file, facts, tensors, round, base, site, rows, key);
    }
  }

  private static JsonNode facts(Path file, String text) {
    if (text.isEmpty()) {
      throw Check.in(
          file, "must be an update of haori federate join, got another safetensors file");
    }
    try {
      JsonNode facts = JSON.readTree(text);
      int format = facts.path("formatVersion").asInt();
      require(format == FORMAT, file + ": formatVersion", String.valueOf(FORMAT), format);
      return facts;
    } catch (JsonProcessingException e) {
      throw Check.in(file, "its facts must be JSON");
    }
  }

  private static void requireRound(
      Path file, JsonNode facts, Round round, String roundDigest, TextBase base) {
    String federation = facts.path("federation").asText();
    require(
        federation.equals(round.federation()),
        file + ": federation",
        round.federation() + " as in the round",
        JsonFile.printable(federation));
    int number = facts.path("round").asInt(-1);
    require(number == round.number(), file + ": round", String.valueOf(round.number()), number);
    require(
        facts.path("baseDigest").asText().equals(base.digest()),
        file + ": base",
        base.name() + " with the digest " + base.digest(),
        JsonFile.printable(facts.path("baseDigest").asText()));
    require(
        facts.path("roundDigest").asText().equals(roundDigest),
        file + ": digest of its round",
        roundDigest + " as the round has it",
        JsonFile.printable(facts.path("roundDigest").asText()));
  }

  private static Update update(
      Path file,
      JsonNode facts,
      Map<String, Tensor> tensors,
      Round round,
      TextBase base,
      String site,
      int rows,
      String key) {
    String task = facts.path("task").asText();
    require(
        task.equals(TaskCatalogue.CLASSIFICATION.name()),
        file + ": task",
        TaskCatalogue.CLASSIFICATION.name(),
        JsonFile.printable(task));
    List<String> names = new ArrayList<>();
    facts.path("labels").forEach(name -> names.add(name.asText()));
    require(
        !names.isEmpty() && names.size() <= MOST_LABELS,
        file + ": labels",
        "1 to " + MOST_LABELS,
        names.size());
    LabelSet set = LabelSet.of(names);
    require(set.names().equals(names), file + ": labels", "different, in order", "others");
    DomainLabels labels = DomainLabels.single(TaskCatalogue.CLASSIFICATION, set);
    Heads heads =
        Heads.restore(
            labels,
            round.settings().text().width(base),
            Map.of(
                "classifier.weight", tensor(file, tensors, HEAD_WEIGHT),
                "classifier.bias", tensor(file, tensors, HEAD_BIAS)));
    boolean whole = false;
    try {
      Map<String, String> settings = new LinkedHashMap<>();
      facts
          .path("settings")
          .properties()
          .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
      AdapterMethod method = MethodCatalogue.create(facts.path("method").asText(), settings);
      Update update =
          new Update(
              site, rows, key, NoiseJson.read(facts), module(file, method, tensors, base), heads);
      whole = true;
      return update;
    } finally {
      if (!whole) {
        heads.close();
      }
    }
  }

  private static Tensor tensor(Path file, Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw Check.in(file, "must hold the tensor " + name);
    }
    return tensor;
  }

  private static AdapterModule module(
      Path file, AdapterMethod method, Map<String, Tensor> tensors, TextBase base) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean whole = false;
    try {
      for (Slot slot : method.slots(base.backbone().slots())) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        String prefix = MODULE + slot.name() + ".";
        tensors.forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), tensor);
              }
            });
        try {
          layers.put(slot.name(), method.restore(slot, own));
        } catch (UserError e) {
          throw new UserError(file + ": " + e.getMessage(), e);
        }
      }
      whole = true;
      return new AdapterModule("task", method, layers);
    } finally {
      if (!whole) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }
}
