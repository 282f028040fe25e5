package io.haori.training.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.digest.Sha256;
import io.haori.inference.folder.HaoriJson;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as data: all that it depends on, and nothing of the machine that it is done on.
 *
 * <pre>{@code
 * {"kind": "compare", "name": "lora-seed42-0c1f…", "codeVersion": "1.2.0",
 *  "base": {"name": "minilm", "digest": "<sha256>"}, "threads": 1,
 *  "settings": {…}, "inputs": {"data": "<sha256>"}, "work": 184000}
 * }</pre>
 *
 * @param kind of the worker that does it
 * @param name of the folder that it makes, for a person too
 * @param codeVersion of the program that asks for it
 * @param base name of the base, or the absolute path of its folder
 * @param baseDigest SHA-256 of the base's weights
 * @param threads of its operations; they change the order in which numbers are added, so they are
 *     part of what it depends on
 * @param settings what the worker of its kind reads
 * @param inputs SHA-256 of each input by its name
 * @param work how long it takes, in units of which only ratios count
 */
public record WorkOrder(
    String kind,
    String name,
    String codeVersion,
    String base,
    String baseDigest,
    int threads,
    ObjectNode settings,
    SortedMap<String, String> inputs,
    long work) {
  private static final String KIND = "kind";
  private static final String NAME = "name";
  private static final String CODE_VERSION = "codeVersion";
  private static final String BASE = "base";
  private static final String DIGEST = "digest";
  private static final String THREADS = "threads";
  private static final String SETTINGS = "settings";
  private static final String INPUTS = "inputs";
  private static final String WORK = "work";

  /** Copies what could change. */
  public WorkOrder {
    settings = settings.deepCopy();
    inputs = new TreeMap<>(inputs);
  }

  /** A run of this version of the program. */
  public WorkOrder(
      String kind,
      String name,
      String base,
      String baseDigest,
      int threads,
      ObjectNode settings,
      Map<String, String> inputs,
      long work) {
    this(
        kind,
        name,
        HaoriJson.codeVersion(),
        base,
        baseDigest,
        threads,
        settings,
        new TreeMap<>(inputs),
        work);
  }

  /** SHA-256 of its JSON: runs of the same digest leave the same files. */
  public String digest() {
    return Sha256.of(toJson().toString());
  }

  /** As JSON. {@link #fromJson} makes an equal one of it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(KIND, kind).put(NAME, name).put(CODE_VERSION, codeVersion);
    json.putObject(BASE).put(NAME, base).put(DIGEST, baseDigest);
    json.put(THREADS, threads).set(SETTINGS, settings);
    ObjectNode digests = json.putObject(INPUTS);
    inputs.forEach(digests::put);
    return json.put(WORK, work);
  }

  /** The run that {@link #toJson} described. */
  public static WorkOrder fromJson(JsonNode json) {
    SortedMap<String, String> inputs = new TreeMap<>();
    json.path(INPUTS)
        .properties()
        .forEach(entry -> inputs.put(entry.getKey(), entry.getValue().asText()));
    return new WorkOrder(
        json.path(KIND).asText(),
        json.path(NAME).asText(),
        json.path(CODE_VERSION).asText(),
        json.path(BASE).path(NAME).asText(),
        json.path(BASE).path(DIGEST).asText(),
        json.path(THREADS).asInt(),
        (ObjectNode) json.path(SETTINGS),
        inputs,
        json.path(WORK).asLong());
  }
}
