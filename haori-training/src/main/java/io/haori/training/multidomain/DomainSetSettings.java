package io.haori.training.multidomain;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.TrainingStrategy;
import io.haori.training.task.TuneSettings;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can be chosen for models of several domains.
 *
 * @param tune method, epochs, optimizer, seed and how texts are read; one that leaves the base
 *     frozen and trains in one stage
 * @param weighting how much each domain counts
 * @param temperature of {@link Weighting#TEMPERATURE} and {@link Weighting#DWA}; at least 1
 * @param heads whether domains share one
 */
public record DomainSetSettings(
    TuneSettings tune, Weighting weighting, double temperature, HeadChoice heads) {
  /** The temperature of Liu et al.; beyond it dynamic weights come close to equal ones. */
  public static final double DEFAULT_TEMPERATURE = 2.0;

  /** The usual weighting. */
  public static final Weighting DEFAULT_WEIGHTING = Weighting.UNIFORM;

  /** Checks the bounds. */
  public DomainSetSettings {
    require(
        temperature >= 1 && temperature <= 1e6,
        "temperature",
        "at least 1 and at most 1000000",
        temperature);
    require(
        !tune.method().trainsBase(),
        "method",
        "one that leaves the base frozen when several domains are learnt",
        tune.method().name());
    require(
        tune.method().strategy() instanceof TrainingStrategy.Plain,
        "method",
        "one that trains in a single stage when several domains are learnt",
        tune.method().name());
  }

  /** All choices by the names that {@code --set} and the options have for them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>(tune.byName());
    settings.put("weighting", weighting.word());
    settings.put("temperature", temperature);
    settings.put("heads", heads.word());
    return settings;
  }

  /** All choices in one text that stays as it is, so that models of earlier versions are found. */
  String forDigest() {
    return String.format(
        "SetSettings[tune=%s, weighting=%s, temperature=%s, heads=%s]",
        tune, weighting, temperature, heads);
  }

  /** The same with another seed. */
  public DomainSetSettings withSeed(long seed) {
    return new DomainSetSettings(tune.withSeed(seed), weighting, temperature, heads);
  }

  /** The same with another weighting. */
  public DomainSetSettings with(Weighting newWeighting) {
    return new DomainSetSettings(tune, newWeighting, temperature, heads);
  }

  /** For a single domain no weighting counts, so that its runs are shared by all of them. */
  DomainSetSettings forDomains(int count) {
    return count > 1
        ? this
        : new DomainSetSettings(tune, Weighting.SIZE, DEFAULT_TEMPERATURE, HeadChoice.OWN);
  }
}
