package io.haori.training.multidomain;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.json.JsonSettings;
import io.haori.core.json.SettingsReader;
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

  /**
   * The settings that a JSON object describes, as {@link #toJson} or the {@code settings} of a
   * {@code haori.json} have them. What is not given has its default.
   *
   * @param json one key a setting; only {@code method} must be given
   * @throws io.haori.core.check.UserError when a setting does not exist or has a wrong value
   */
  public static DomainSetSettings fromJson(JsonNode json) {
    return JsonSettings.read(json, DomainSetSettings::read);
  }

  /** As JSON: every setting by its name. {@link #fromJson} makes equal settings of it. */
  public ObjectNode toJson() {
    return JsonSettings.of(byName());
  }

  private static DomainSetSettings read(SettingsReader settings) {
    return new DomainSetSettings(
        TuneSettings.read(settings),
        settings.choice("weighting", DEFAULT_WEIGHTING),
        settings.number("temperature", DEFAULT_TEMPERATURE),
        settings.choice("heads", HeadChoice.OWN));
  }

  /** All choices by the names that {@code --set} and the options have for them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>(tune.byName());
    settings.put("weighting", weighting.word());
    settings.put("temperature", temperature);
    settings.put("heads", heads.word());
    return settings;
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
