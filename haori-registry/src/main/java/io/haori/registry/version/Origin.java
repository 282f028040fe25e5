package io.haori.registry.version;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.json.JsonSettings;
import io.haori.registry.store.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a version came to be, as its folder records it.
 *
 * @param method name of the adaptation method
 * @param baseName of the base it sits on
 * @param baseDigest SHA-256 of the base's weights
 * @param codeVersion of the program that made it, empty when it is not recorded
 * @param seed of its run, null when it is not recorded
 * @param settings everything chosen, by name: numbers, truth values and texts; texts alone from
 *     earlier versions
 * @param data SHA-256 of its data, by split
 * @param metrics scores by split and name, as its maker recorded them
 */
public record Origin(
    String method,
    String baseName,
    String baseDigest,
    String codeVersion,
    @Nullable Long seed,
    Map<String, Object> settings,
    Map<String, String> data,
    Map<String, Map<String, Double>> metrics) {
  /** What is stored as details besides the columns of their own. */
  String details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("codeVersion", codeVersion);
    if (seed != null) {
      details.put("seed", seed);
    }
    details.put("settings", settings);
    details.put("data", data);
    details.put("metrics", metrics);
    return Json.text(details);
  }

  static Origin of(String method, String baseName, String baseDigest, String details) {
    JsonNode json = Json.tree(details);
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    json.path("metrics")
        .properties()
        .forEach(split -> metrics.put(split.getKey(), numbers(split.getValue())));
    return new Origin(
        method,
        baseName,
        baseDigest,
        json.path("codeVersion").asText(),
        json.has("seed") ? json.get("seed").asLong() : null,
        JsonSettings.read(json.path("settings")),
        strings(json.path("data")),
        metrics);
  }

  static Map<String, String> strings(JsonNode node) {
    Map<String, String> strings = new TreeMap<>();
    node.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }

  static Map<String, Double> numbers(JsonNode node) {
    Map<String, Double> numbers = new TreeMap<>();
    node.properties().stream()
        .filter(entry -> entry.getValue().isNumber())
        .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().doubleValue()));
    return numbers;
  }
}
