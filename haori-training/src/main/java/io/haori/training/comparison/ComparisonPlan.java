package io.haori.training.comparison;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which methods a {@link Comparison} fits, and with which seeds.
 *
 * <pre>{@code
 * {"methods": [{"name": "narrow", "settings": {"method": "lora", "lora.rank": 2}},
 *              {"name": "wide", "settings": {"method": "lora", "lora.rank": 32}}],
 *  "seeds": [42, 43, 44]}
 * }</pre>
 *
 * @param methods at least one, no name twice; all read texts in the same way, though on bases that
 *     may be kept in different ways
 * @param seeds of the runs of each method; at least one, none twice
 */
public record ComparisonPlan(List<ComparedMethod> methods, List<Long> seeds) {
  private static final String METHODS = "methods";
  private static final String SEEDS = "seeds";
  private static final String NAME = "name";
  private static final String SETTINGS = "settings";

  /** Checks the lists and copies them. */
  public ComparisonPlan {
    methods = List.copyOf(methods);
    seeds = List.copyOf(seeds);
    require(!methods.isEmpty(), METHODS, "at least one", "none");
    Set<String> names = new HashSet<>();
    for (ComparedMethod method : methods) {
      require(names.add(method.name()), METHODS, "of different names", method.name() + " twice");
      require(
          method.reading().equals(methods.get(0).reading()),
          METHODS,
          "of the same pooling, maxLength and precision",
          method.reading().byName());
    }
    require(!seeds.isEmpty(), SEEDS, "at least one", "none");
    require(Set.copyOf(seeds).size() == seeds.size(), SEEDS, "different ones", seeds);
  }

  /** As JSON. {@link #fromJson} makes an equal plan of it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray(METHODS);
    for (ComparedMethod method : methods) {
      all.addObject().put(NAME, method.name()).set(SETTINGS, method.settings().toJson());
    }
    seeds.forEach(json.putArray(SEEDS)::add);
    return json;
  }

  /**
   * The plan that a JSON object describes.
   *
   * @param json with {@code methods}, each with its {@code name} and {@code settings}, and {@code
   *     seeds}
   * @throws UserError when something is missing, unknown or out of its bounds
   */
  public static ComparisonPlan fromJson(JsonNode json) {
    requireKeys("plan", json, List.of(METHODS, SEEDS));
    requireArray(METHODS, json.path(METHODS));
    requireArray(SEEDS, json.path(SEEDS));
    List<ComparedMethod> methods = new ArrayList<>();
    for (JsonNode method : json.path(METHODS)) {
      requireKeys("method of a plan", method, List.of(NAME, SETTINGS));
      JsonNode name = method.path(NAME);
      require(name.isTextual(), "name of a method", "a text", written(name));
      methods.add(
          new ComparedMethod(name.textValue(), TuneSettings.fromJson(method.path(SETTINGS))));
    }
    List<Long> seeds = new ArrayList<>();
    for (JsonNode seed : json.path(SEEDS)) {
      require(
          seed.isIntegralNumber() && seed.canConvertToLong(),
          SEEDS,
          "whole numbers",
          written(seed));
      seeds.add(seed.longValue());
    }
    return new ComparisonPlan(methods, seeds);
  }

  private static void requireKeys(String what, JsonNode json, List<String> known) {
    require(json.isObject(), what, "a JSON object", written(json));
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new UserError(what + " has an unknown key " + Nearest.missing(key, known));
              }
            });
  }

  private static void requireArray(String key, JsonNode node) {
    require(node.isArray(), key, "an array", written(node));
  }

  private static String written(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.toString();
  }
}
