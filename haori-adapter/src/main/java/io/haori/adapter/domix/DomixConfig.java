package io.haori.adapter.domix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.SettingText;
import io.haori.core.json.SettingsReader;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What can be chosen for DoMIX.
 *
 * @param bridge shape of {@code P}
 * @param trained which parts learn; at least one
 * @param dropout share of the inputs dropped before A while training; in [0, 1)
 * @param bridgeLearningRateRatio learning rate of P over that of B; finite, above 0
 * @param start of {@code P}
 */
public record DomixConfig(
    Bridge bridge,
    Set<Part> trained,
    double dropout,
    double bridgeLearningRateRatio,
    BridgeStart start) {
  /** What may be trained; the modules' {@code A} never is, so that their subspaces stay. */
  public enum Part {
    /** The bridge. */
    P,
    /** The modules' outputs, {@code B_cat}. */
    B
  }

  /**
   * A full bridge, trained with B, as in the paper. The bridge moves slowly: it starts at {@code 1
   * / R}, and at B's rate a few steps of AdamW on its {@code R²} numbers would drown that start.
   */
  public static final DomixConfig DEFAULT =
      new DomixConfig(Bridge.FULL, EnumSet.allOf(Part.class), 0.0, 0.1, BridgeStart.RANKS);

  /** Checks the bounds and copies the set. */
  public DomixConfig {
    require(!trained.isEmpty(), "domix.train", "P, B or both", "nothing");
    require(dropout >= 0 && dropout < 1, "domix.dropout", "in [0, 1)", dropout);
    require(
        bridgeLearningRateRatio > 0 && bridgeLearningRateRatio <= Double.MAX_VALUE,
        "domix.bridgeLearningRateRatio",
        "finite and above 0",
        bridgeLearningRateRatio);
    trained = Collections.unmodifiableSet(EnumSet.copyOf(trained));
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings those of the mix, without its name
   */
  public static DomixConfig read(SettingsReader settings) {
    return new DomixConfig(
        settings.choice("bridge", DEFAULT.bridge),
        settings.read("train", DEFAULT.trained, DomixConfig::parts),
        settings.number("dropout", DEFAULT.dropout),
        settings.number("bridgeLearningRateRatio", DEFAULT.bridgeLearningRateRatio),
        settings.choice("bridgeStart", DEFAULT.start));
  }

  private static Set<Part> parts(String setting, String text) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String word : text.split(",", -1)) {
      require(word.strip().equals("P") || word.strip().equals("B"), setting, "P, B or P,B", text);
      parts.add(Part.valueOf(word.strip()));
    }
    return parts;
  }

  /** All choices by the names that {@code haori mix} has for them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("bridge", SettingText.word(bridge));
    settings.put("train", trained.stream().map(Part::name).collect(Collectors.joining(",")));
    settings.put("dropout", dropout);
    settings.put("bridgeLearningRateRatio", bridgeLearningRateRatio);
    settings.put("bridgeStart", SettingText.word(start));
    return settings;
  }

  /** The same but for the bridge. */
  public DomixConfig withBridge(Bridge newBridge) {
    return new DomixConfig(newBridge, trained, dropout, bridgeLearningRateRatio, start);
  }

  /** The same but for the trained parts. */
  public DomixConfig withTrained(Set<Part> newTrained) {
    return new DomixConfig(bridge, newTrained, dropout, bridgeLearningRateRatio, start);
  }

  /** The same but for the bridge's start. */
  public DomixConfig withStart(BridgeStart newStart) {
    return new DomixConfig(bridge, trained, dropout, bridgeLearningRateRatio, newStart);
  }

  boolean trains(Part part) {
    return trained.contains(part);
  }
}
