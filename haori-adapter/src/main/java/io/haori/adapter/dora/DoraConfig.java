package io.haori.adapter.dora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.LayerPattern;
import io.haori.adapter.spi.SettingText;
import io.haori.adapter.spi.Targets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can be chosen for DoRA.
 *
 * @param rank width of the direction's update; at least 1
 * @param alpha numerator of the update's scale {@code alpha / rank}; finite, above 0
 * @param dropout share of inputs dropped before A while training; in [0, 1)
 * @param rankStabilized whether the scale is {@code alpha / √rank} (rsLoRA, arXiv 2312.03732)
 * @param learningRateRatio learning rate of B over that of A (LoRA+, arXiv 2402.12354); at least 1
 * @param targets layers that are adapted
 * @param rankPattern ranks of single layers, by the rule of {@link LayerPattern}
 * @param alphaPattern alphas of single layers, by the same rule
 * @param gradient what the pass backwards does with the norm
 */
public record DoraConfig(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilized,
    double learningRateRatio,
    Targets targets,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    NormGradient gradient) {
  /** Rank 8 on queries and values. */
  public static final DoraConfig DEFAULT =
      new DoraConfig(
          8, 16.0, 0.0, false, 1.0, Targets.usual(), Map.of(), Map.of(), NormGradient.DETACHED);

  /** Checks every bound and copies the patterns, whose order counts. */
  public DoraConfig {
    require(rank >= 1, "dora.rank", "at least 1", rank);
    require(alpha > 0 && alpha <= Double.MAX_VALUE, "dora.alpha", "finite and above 0", alpha);
    require(dropout >= 0 && dropout < 1, "dora.dropout", "in [0, 1)", dropout);
    require(
        learningRateRatio >= 1 && learningRateRatio <= Double.MAX_VALUE,
        "dora.learningRateRatio",
        "finite and at least 1",
        learningRateRatio);
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
    LayerPattern.requireRegularExpressions("dora.rankPattern", rankPattern);
    LayerPattern.requireRegularExpressions("dora.alphaPattern", alphaPattern);
    rankPattern.forEach(
        (key, value) -> require(value >= 1, "dora.rankPattern", "at least 1", value));
    alphaPattern.forEach(
        (key, value) ->
            require(
                value > 0 && value <= Double.MAX_VALUE,
                "dora.alphaPattern",
                "finite and above 0",
                value));
  }

  /** The same with another rank and alpha. */
  public DoraConfig withRank(int newRank, double newAlpha) {
    return new DoraConfig(
        newRank,
        newAlpha,
        dropout,
        rankStabilized,
        learningRateRatio,
        targets,
        rankPattern,
        alphaPattern,
        gradient);
  }

  /** The same with another dropout. */
  public DoraConfig withDropout(double newDropout) {
    return new DoraConfig(
        rank,
        alpha,
        newDropout,
        rankStabilized,
        learningRateRatio,
        targets,
        rankPattern,
        alphaPattern,
        gradient);
  }

  /** The same with other targets. */
  public DoraConfig withTargets(Targets newTargets) {
    return new DoraConfig(
        rank,
        alpha,
        dropout,
        rankStabilized,
        learningRateRatio,
        newTargets,
        rankPattern,
        alphaPattern,
        gradient);
  }

  /** The same with another gradient. */
  public DoraConfig withGradient(NormGradient newGradient) {
    return new DoraConfig(
        rank,
        alpha,
        dropout,
        rankStabilized,
        learningRateRatio,
        targets,
        rankPattern,
        alphaPattern,
        newGradient);
  }

  /** All choices by name, as {@code --set} takes them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("rank", rank);
    settings.put("alpha", alpha);
    settings.put("dropout", dropout);
    settings.put("rankStabilized", rankStabilized);
    settings.put("learningRateRatio", learningRateRatio);
    settings.put("targets", targets.toString());
    SettingText.putPattern(settings, "rankPattern", rankPattern);
    SettingText.putPattern(settings, "alphaPattern", alphaPattern);
    settings.put("gradient", SettingText.word(gradient));
    return settings;
  }

  /** Rank of a layer, after the pattern. */
  public int rankOf(String layer) {
    return LayerPattern.valueOf(rankPattern, layer, rank);
  }

  /** Alpha of a layer, after the pattern. */
  public double alphaOf(String layer) {
    return LayerPattern.valueOf(alphaPattern, layer, alpha);
  }

  /** Scale of a layer's update, after the patterns. */
  public double scaleOf(String layer) {
    int layerRank = rankOf(layer);
    return alphaOf(layer) / (rankStabilized ? Math.sqrt(layerRank) : layerRank);
  }
}
