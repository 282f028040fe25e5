package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.file.FiniteTensors;
import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonFile;
import io.haori.core.json.JsonSettings;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.privacy.NoisySteps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
  /** The metadata that hold what an update says of itself. */
  static final String FACTS = "haori.update";

  private static final String SIGNATURE = "haori.signature";
  private static final int FORMAT = 1;
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
                      .forEach(
                          (name, tensor) ->
                              tensors.put(UpdateParts.MODULE + slot + "." + name, tensor)));
      tensors.put(UpdateParts.HEAD_WEIGHT, model.heads().parameters().get(0).value());
      tensors.put(UpdateParts.HEAD_BIAS, model.heads().parameters().get(1).value());
      FiniteTensors.require(file, tensors);
      write(file, facts, tensors, key);
    }
  }

  /**
   * Signs and writes, whatever it is.
   *
   * @param file where it is written
   * @param facts of the update
   * @param tensors by name
   * @param key of the site
   */
  static void write(Path file, ObjectNode facts, Map<String, Tensor> tensors, SiteKey key) {
    String text = facts.toString();
    String signature = key.sign(signed(text, tensors));
    SafetensorsWriter.write(
        file, tensors, Map.of("format", "pt", FACTS, text, SIGNATURE, signature));
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
   * @param open round that it must be for; stays open
   * @return owned by the caller
   * @throws io.haori.core.check.UserError in one sentence
   */
  static Update read(Path file, OpenRound open) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be an update of haori federate join, found a folder");
    }
    if (!Files.isRegularFile(file)) {
      throw Check.in(file, "must be an update of haori federate join, found no such file");
    }
    if (SecureRound.isOne(file)) {
      throw Check.in(
          file, "must be an update of haori federate join, got a file of a secure round");
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
      requireRound(file, facts, open);
      String site = facts.path("site").asText();
      requireName(file + ": site", site);
      open.round().requireKey(file + ": key of the site " + site, site, key);
      return new UpdateParts(file, facts, tensors, open).update(site, key);
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

  private static void requireRound(Path file, JsonNode facts, OpenRound open) {
    TextBase base = open.base();
    open.place().requireNumberIn(file, facts);
    require(
        facts.path("baseDigest").asText().equals(base.digest()),
        file + ": base",
        base.name() + " with the digest " + base.digest(),
        JsonFile.printable(facts.path("baseDigest").asText()));
    open.place().requireIn(file, facts);
  }
}
