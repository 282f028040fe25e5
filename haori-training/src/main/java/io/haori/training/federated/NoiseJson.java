package io.haori.training.federated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.training.privacy.NoisySteps;
import org.jspecify.annotations.Nullable;

/** The noise of a site's steps in the JSON of rounds and updates. */
final class NoiseJson {
  private static final String FIELD = "noise";

  private NoiseJson() {}

  static void put(ObjectNode json, @Nullable NoisySteps noise) {
    if (noise != null) {
      json.putObject(FIELD)
          .put("samplingRate", noise.samplingRate())
          .put("multiplier", noise.noiseMultiplier())
          .put("steps", noise.steps());
    }
  }

  /**
   * Reads it.
   *
   * @return null where there is none
   * @throws io.haori.core.check.UserError when a number is out of its bound
   */
  static @Nullable NoisySteps read(JsonNode json) {
    JsonNode noise = json.path(FIELD);
    return noise.isMissingNode()
        ? null
        : new NoisySteps(
            noise.path("samplingRate").asDouble(),
            noise.path("multiplier").asDouble(),
            noise.path("steps").asInt());
  }
}
