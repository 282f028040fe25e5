package io.haori.model.family.llama;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.backbone.RotaryPositions;
import io.haori.model.backbone.RotaryScaling;
import io.haori.model.config.ConfigJson;

/**
 * What a {@code config.json} says of rotary positions: under {@code rope_parameters}, or in older
 * files under {@code rope_theta} and {@code rope_scaling}.
 *
 * @param theta base of the angles; above 1
 * @param scaling for texts longer than those of the first training
 */
record RotaryConfig(double theta, RotaryScaling scaling) {
  private static final String NEW = "rope_parameters";
  private static final String OLD = "rope_scaling";
  private static final String THETA = "rope_theta";
  private static final double USUAL_THETA = 10_000;

  RotaryConfig {
    require(theta > 1 && theta <= 1e12, THETA, "above 1 and at most 1e12", theta);
  }

  static RotaryConfig read(ConfigJson json) {
    requireWhole(json, "partial_rotary_factor");
    double theta = json.real(THETA, USUAL_THETA);
    ConfigJson parameters = json.object(NEW);
    String key = parameters == null ? OLD : NEW;
    ConfigJson scaling = parameters == null ? json.object(OLD) : parameters;
    if (scaling == null) {
      return new RotaryConfig(theta, RotaryScaling.NONE);
    }
    requireWhole(scaling, "partial_rotary_factor");
    return new RotaryConfig(scaling.real(THETA, theta), scaling(key, scaling));
  }

  private static void requireWhole(ConfigJson json, String key) {
    double share = json.real(key, 1);
    require(share == 1, key, "1", share);
  }

  private static RotaryScaling scaling(String key, ConfigJson json) {
    String type = json.text("rope_type", json.text("type", "default"));
    return switch (type) {
      case "default" -> RotaryScaling.NONE;
      case "linear" -> new RotaryScaling.Linear(factor(key, json));
      case "llama3" -> byTurns(key, json);
      default -> {
        require(false, key + ".rope_type", "default, linear or llama3", type);
        yield RotaryScaling.NONE;
      }
    };
  }

  private static RotaryScaling byTurns(String key, ConfigJson json) {
    double slow = json.real("low_freq_factor", 1);
    double fast = json.real("high_freq_factor", 4);
    int positions = json.number("original_max_position_embeddings", null);
    ConfigJson.requireCount(key + ".original_max_position_embeddings", positions);
    require(slow > 0 && slow <= 1e6, key + ".low_freq_factor", "above 0 and at most 1e6", slow);
    require(
        fast > slow && fast <= 1e6,
        key + ".high_freq_factor",
        "above low_freq_factor " + slow + " and at most 1e6",
        fast);
    return new RotaryScaling.ByTurns(factor(key, json), slow, fast, positions);
  }

  private static double factor(String key, ConfigJson json) {
    double factor = json.real("factor", Double.NaN);
    require(factor >= 1 && factor <= 1e6, key + ".factor", "at least 1 and at most 1e6", factor);
    return factor;
  }

  /** Writes both spellings, as programs read the one or the other. */
  void write(ObjectNode json) {
    json.put(THETA, theta);
    ObjectNode parameters = json.putObject(NEW);
    parameters.put(THETA, theta);
    writeScaling(parameters);
    if (!scaling.equals(RotaryScaling.NONE)) {
      writeScaling(json.putObject(OLD));
    }
  }

  private void writeScaling(ObjectNode json) {
    if (scaling instanceof RotaryScaling.ByTurns turns) {
      json.put("rope_type", "llama3");
      json.put("factor", turns.factor());
      json.put("low_freq_factor", turns.slowTurns());
      json.put("high_freq_factor", turns.fastTurns());
      json.put("original_max_position_embeddings", turns.positions());
    } else if (scaling instanceof RotaryScaling.Linear linear && linear.factor() != 1) {
      json.put("rope_type", "linear");
      json.put("factor", linear.factor());
    } else {
      json.put("rope_type", "default");
    }
  }

  RotaryPositions positions(int headSize) {
    return new RotaryPositions(theta, headSize, scaling);
  }
}
