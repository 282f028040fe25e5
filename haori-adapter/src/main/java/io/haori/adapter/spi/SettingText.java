package io.haori.adapter.spi;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Choices as the texts that {@code --set} takes for them. */
public final class SettingText {
  private SettingText() {}

  /** The word for one of an enumeration. */
  public static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Adds numbers of single layers as {@code layer:number;layer:number}, in their order; nothing
   * where no layer has its own.
   *
   * @param settings to be added to
   * @param name of the setting
   * @param pattern numbers by layer
   */
  public static void putPattern(
      Map<String, Object> settings, String name, Map<String, ? extends Number> pattern) {
    if (!pattern.isEmpty()) {
      settings.put(
          name,
          pattern.entrySet().stream()
              .map(entry -> entry.getKey() + ":" + entry.getValue())
              .collect(Collectors.joining(";")));
    }
  }
}
