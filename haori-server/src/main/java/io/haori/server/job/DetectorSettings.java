package io.haori.server.job;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.inference.anomaly.AnomalySettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a detector of anomalies is fitted.
 *
 * @param options of the command, each with its value
 */
record DetectorSettings(List<String> options) {
  private static final String GOOD = "good";
  private static final String SEED = "seed";
  private static final String LAYERS = "anomaly.layers";

  /** Settings with a number, and the options of the command that have the same. */
  private static final Map<String, String> NUMBERS = numbers();

  /** Copies the list. */
  DetectorSettings {
    options = List.copyOf(options);
  }

  private static Map<String, String> numbers() {
    Map<String, String> numbers = new LinkedHashMap<>();
    numbers.put("anomaly.neighbourhood", "--neighbourhood");
    numbers.put("anomaly.share", "--keep");
    numbers.put("anomaly.neighbours", "--neighbours");
    numbers.put("anomaly.heldOut", "--held-out");
    numbers.put(SEED, "--seed");
    return numbers;
  }

  /**
   * Reads them.
   *
   * @param settings of a job
   * @throws io.haori.core.check.UserError for the first thing that is wrong
   */
  static DetectorSettings of(ObjectNode settings) {
    Set<String> known = new TreeSet<>(NUMBERS.keySet());
    known.addAll(List.of(GOOD, LAYERS));
    Set<String> unknown = new TreeSet<>();
    settings.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    require(
        unknown.isEmpty(),
        "settings",
        "one of " + String.join(", ", known),
        String.join(", ", unknown));
    List<String> options = new ArrayList<>();
    JsonNode good = settings.path(GOOD);
    require(
        good.isMissingNode() || (good.isTextual() && !good.asText().isBlank()),
        "settings.good",
        "the name of a class",
        good);
    if (good.isTextual()) {
      options.add("--good=" + good.asText());
    }
    List<Integer> layers = layers(settings.path(LAYERS));
    if (!layers.isEmpty()) {
      options.add("--layers=" + String.join(",", layers.stream().map(String::valueOf).toList()));
    }
    NUMBERS.forEach(
        (name, option) -> {
          JsonNode value = settings.path(name);
          boolean whole = !name.equals("anomaly.share") && !name.equals("anomaly.heldOut");
          require(
              value.isMissingNode()
                  || (whole
                      ? value.canConvertToLong() && value.isIntegralNumber()
                      : value.isNumber()),
              "settings." + name,
              whole ? "a whole number" : "a number",
              value);
          if (value.isNumber()) {
            options.add(option + "=" + value.asText());
          }
        });
    checkBounds(settings, layers);
    return new DetectorSettings(options);
  }

  private static List<Integer> layers(JsonNode json) {
    List<Integer> layers = new ArrayList<>();
    require(json.isMissingNode() || json.isArray(), LAYERS, "an array of numbers of layers", json);
    for (JsonNode one : json) {
      require(
          one.canConvertToInt() && one.isIntegralNumber(),
          LAYERS,
          "an array of numbers of layers",
          json);
      layers.add(one.intValue());
    }
    return layers;
  }

  /** Those that do not depend on the base. */
  private static void checkBounds(ObjectNode settings, List<Integer> layers) {
    var unused =
        new AnomalySettings(
            layers.isEmpty() ? List.of(1) : layers,
            settings.path("anomaly.neighbourhood").asInt(AnomalySettings.DEFAULT_NEIGHBOURHOOD),
            settings.path("anomaly.share").asDouble(AnomalySettings.DEFAULT_SHARE),
            settings.path("anomaly.neighbours").asInt(AnomalySettings.DEFAULT_NEIGHBOURS),
            settings.path("anomaly.heldOut").asDouble(AnomalySettings.DEFAULT_HELD_OUT),
            settings.path(SEED).asLong());
  }
}
