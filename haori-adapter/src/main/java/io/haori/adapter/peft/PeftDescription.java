package io.haori.adapter.peft;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a PEFT folder says before its base is known.
 *
 * @param method name of the method
 * @param settings its prefix is not known yet
 * @param headShapes shapes of the full tensors by their plain name, such as {@code
 *     classifier.weight}
 */
public record PeftDescription(
    String method, PeftSettings settings, Map<String, List<Long>> headShapes) {
  /** Copies the map, whose order is kept. */
  public PeftDescription {
    headShapes = Collections.unmodifiableMap(new LinkedHashMap<>(headShapes));
  }
}
