package io.haori.adapter.lora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.LayerPattern;
import io.haori.adapter.spi.SettingText;
import io.haori.adapter.spi.Targets;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * What can be chosen for LoRA.
 *
 * @param rank width of the update; at least 1
 * @param alpha numerator of the scale {@code alpha / rank}; finite, above 0
 * @param dropout share of inputs dropped before A while training; in [0, 1)
 * @param rankStabilized whether the scale is {@code alpha / √rank} (rsLoRA, arXiv 2312.03732)
 * @param learningRateRatio learning rate of B over that of A (LoRA+, arXiv 2402.12354); at least 1
 * @param targets layers that get an update
 * @param rankPattern ranks of single layers: the first key for which {@code (.*\.)?(key)$} matches
 *     the layer's name counts
 * @param alphaPattern alphas of single layers, by the same rule
 */
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilized,
    double learningRateRatio,
    Targets targets,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern) {
  /** Rank 8 on queries and values. */
  public static final LoraConfig DEFAULT =
      new LoraConfig(8, 16.0, 0.0, false, 1.0, Targets.usual(), Map.of(), Map.of());

  /** Checks every bound and copies the patterns, whose order counts. */
  public LoraConfig {
    require(rank >= 1, "lora.rank", "at least 1", rank);
    require(alpha > 0 && alpha <= Double.MAX_VALUE, "lora.alpha", "finite and above 0", alpha);
    require(dropout >= 0 && dropout < 1, "lora.dropout", "in [0, 1)", dropout);
    require(
        learningRateRatio >= 1 && learningRateRatio <= Double.MAX_VALUE,
        "lora.learningRateRatio",
        "finite and at least 1",
        learningRateRatio);
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
    LayerPattern.requireRegularExpressions("lora.rankPattern", rankPattern);
    LayerPattern.requireRegularExpressions("lora.alphaPattern", alphaPattern);
    rankPattern.forEach(
        (key, value) -> require(value >= 1, "lora.rankPattern", "at least 1", value));
    alphaPattern.forEach(
        (key, value) ->
            require(
                value > 0 && value <= Double.MAX_VALUE,
                "lora.alphaPattern",
                "finite and above 0",
                value));
  }

  /** The same with another rank and alpha. */
  public LoraConfig withRank(int newRank, double newAlpha) {
    return new LoraConfig(
        newRank,
        newAlpha,
        dropout,
        rankStabilized,
        learningRateRatio,
        targets,
        rankPattern,
        alphaPattern);
  }

  /** The same with other targets. */
  public LoraConfig withTargets(Targets newTargets) {
    return new LoraConfig(
        rank,
        alpha,
        dropout,
        rankStabilized,
        learningRateRatio,
        newTargets,
        rankPattern,
        alphaPattern);
  }

  /** The same with another dropout. */
  public LoraConfig withDropout(double newDropout) {
    return new LoraConfig(
        rank,
        alpha,
        newDropout,
        rankStabilized,
        learningRateRatio,
        targets,
        rankPattern,
        alphaPattern);
  }

  /**
   * The rank times this number everywhere, with the scale of every layer as it was.
   *
   * @param factor at least 1
   */
  public LoraConfig enlarged(int factor) {
    double alphaFactor = rankStabilized ? Math.sqrt(factor) : factor;
    Map<String, Integer> ranks = new LinkedHashMap<>(rankPattern);
    ranks.replaceAll((key, value) -> Math.multiplyExact(value, factor));
    Map<String, Double> alphas = new LinkedHashMap<>(alphaPattern);
    alphas.replaceAll((key, value) -> value * alphaFactor);
    return new LoraConfig(
        Math.multiplyExact(rank, factor),
        alpha * alphaFactor,
        dropout,
        rankStabilized,
        learningRateRatio,
        targets,
        ranks,
        alphas);
  }

  /**
   * What {@link #enlarged} made this of.
   *
   * @param factor that it was enlarged by; divides every rank
   */
  public LoraConfig reduced(int factor) {
    double alphaFactor = rankStabilized ? Math.sqrt(factor) : factor;
    Map<String, Integer> ranks = new LinkedHashMap<>(rankPattern);
    ranks.replaceAll((key, value) -> value / factor);
    Map<String, Double> alphas = new LinkedHashMap<>(alphaPattern);
    alphas.replaceAll((key, value) -> multiplicand(value, alphaFactor));
    return new LoraConfig(
        rank / factor,
        multiplicand(alpha, alphaFactor),
        dropout,
        rankStabilized,
        learningRateRatio,
        targets,
        ranks,
        alphas);
  }

  /** The shortest number whose product with the factor is the given one to the last bit. */
  private static double multiplicand(double product, double factor) {
    double quotient = product / factor;
    return DoubleStream.of(
            quotient,
            Math.nextUp(quotient),
            Math.nextDown(quotient),
            Math.nextUp(Math.nextUp(quotient)),
            Math.nextDown(Math.nextDown(quotient)))
        .filter(one -> one * factor == product)
        .boxed()
        .min(Comparator.comparingInt(one -> String.valueOf(one).length()))
        .orElse(quotient);
  }

  /**
   * Only these layers, each with a rank of its own and the scale that it had.
   *
   * @param ranks by the layer's whole name, at least 1 each
   */
  public LoraConfig withRanks(Map<String, Integer> ranks) {
    int widest = ranks.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    Map<String, Integer> rankOfLayer = new LinkedHashMap<>();
    Map<String, Double> alphaOfLayer = new LinkedHashMap<>();
    double usual = 0;
    for (Map.Entry<String, Integer> layer : ranks.entrySet()) {
      int layerRank = layer.getValue();
      double ofAlpha = rankStabilized ? Math.sqrt(layerRank) : layerRank;
      double layerAlpha = scaleOf(layer.getKey()) * ofAlpha;
      String key = layer.getKey().replace(".", "\\.");
      if (layerRank != widest) {
        rankOfLayer.put(key, layerRank);
      } else if (usual == 0) {
        usual = layerAlpha;
      }
      alphaOfLayer.put(key, layerAlpha);
    }
    double most = usual;
    alphaOfLayer.values().removeIf(value -> value == most);
    return new LoraConfig(
        widest,
        most,
        dropout,
        rankStabilized,
        learningRateRatio,
        Targets.named(List.copyOf(ranks.keySet())),
        rankOfLayer,
        alphaOfLayer);
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
