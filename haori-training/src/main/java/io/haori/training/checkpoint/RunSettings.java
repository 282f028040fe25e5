package io.haori.training.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that the result of a run depends on, by name: what a run that is resumed must agree on.
 *
 * <pre>{@code
 * RunSettings.of(settings.byName(), TuneSettings.of(settings.method()).byName())
 *     .and(Map.of("base", base.digest()));
 * }</pre>
 *
 * <p>A setting that was not stored did not exist then, so the stored run had its default: a new
 * setting with a default keeps no run from being resumed. The number of threads is not among them:
 * it changes results by rounding only.
 *
 * @param values as texts
 * @param defaults of those that have one
 */
public record RunSettings(Map<String, String> values, Map<String, String> defaults) {
  /** None. */
  public static final RunSettings NONE = new RunSettings(Map.of(), Map.of());

  /** Copies the maps. */
  public RunSettings {
    values = Map.copyOf(values);
    defaults = Map.copyOf(defaults);
  }

  /**
   * Settings.
   *
   * @param settings numbers, truth values and texts by name
   * @param defaults the same of a run for which nothing was chosen
   */
  public static RunSettings of(Map<String, ?> settings, Map<String, ?> defaults) {
    return new RunSettings(texts(settings), texts(defaults));
  }

  private static Map<String, String> texts(Map<String, ?> settings) {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  /** With more that has no default; replaces what has the same name. */
  public RunSettings and(Map<String, ?> more) {
    return and(of(more, Map.of()));
  }

  /** With more; its values replace those of the same name, a default that is there stays. */
  public RunSettings and(RunSettings more) {
    Map<String, String> all = new TreeMap<>(values);
    all.putAll(more.values);
    Map<String, String> usual = new TreeMap<>(more.defaults);
    usual.putAll(defaults);
    return new RunSettings(all, usual);
  }

  /** Without those that change no result. */
  public RunSettings without(Set<String> names) {
    Map<String, String> kept = new TreeMap<>(values);
    kept.keySet().removeAll(names);
    return new RunSettings(kept, defaults);
  }

  /**
   * What differs between a stored run and this one.
   *
   * @param stored of that run, by name
   * @return {@code name was value and is value}, in the order of the names
   */
  public List<String> differences(Map<String, ?> stored) {
    Map<String, String> before = texts(stored);
    defaults.forEach(before::putIfAbsent);
    before.keySet().removeIf(name -> !stored.containsKey(name) && !values.containsKey(name));
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(values.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(before.get(name), values.get(name)))
        .map(name -> name + " was " + shown(before, name) + " and is " + shown(values, name))
        .toList();
  }

  private static String shown(Map<String, String> settings, String name) {
    return settings.getOrDefault(name, "not set");
  }
}
