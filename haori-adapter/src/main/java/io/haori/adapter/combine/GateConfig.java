package io.haori.adapter.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.SettingText;
import io.haori.core.json.SettingsReader;
import java.util.Map;

/**
 * What can be chosen for a gate.
 *
 * @param kind what the gate looks at
 * @param learningRate the highest learning rate of AdamW when the user chooses none; finite, above
 *     0. The gate's numbers are logarithms of shares
 */
public record GateConfig(Kind kind, double learningRate) {
  /** What a gate looks at. */
  public enum Kind {
    /** Nothing: each layer has the same shares for all texts of the task. */
    TASK,
    /** The layer's input: each token of each text has its own shares. */
    INPUT
  }

  /** Shares for the task. */
  public static final GateConfig DEFAULT = new GateConfig(Kind.TASK, 3e-2);

  /** Checks the bound. */
  public GateConfig {
    require(
        learningRate > 0 && learningRate <= Double.MAX_VALUE,
        "gated.learningRate",
        "finite and above 0",
        learningRate);
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings those of the gate, without its name
   */
  public static GateConfig read(SettingsReader settings) {
    return new GateConfig(
        settings.choice("kind", DEFAULT.kind),
        settings.number("learningRate", DEFAULT.learningRate));
  }

  /** All choices by name. */
  public Map<String, Object> byName() {
    return Map.of("kind", SettingText.word(kind), "learningRate", learningRate);
  }

  /** The same looking at something else. */
  public GateConfig withKind(Kind newKind) {
    return new GateConfig(newKind, learningRate);
  }
}
