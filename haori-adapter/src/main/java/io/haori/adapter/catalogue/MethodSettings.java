package io.haori.adapter.catalogue;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Settings of one method as texts. Whoever builds the method asks for each setting by name; what
 * was given and never asked for does not exist.
 */
final class MethodSettings {
  private final String method;
  private final Map<String, String> given;
  private final List<String> known = new ArrayList<>();

  MethodSettings(String method, Map<String, ?> given) {
    this.method = method;
    Map<String, String> texts = new TreeMap<>();
    given.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    this.given = texts;
  }

  /** Names asked for so far. */
  List<String> known() {
    return List.copyOf(known);
  }

  String text(String name, String otherwise) {
    return read(name, otherwise, (setting, text) -> text);
  }

  int whole(String name, int otherwise) {
    return read(name, otherwise, MethodSettings::whole);
  }

  long wholeLong(String name, long otherwise) {
    return read(name, otherwise, MethodSettings::wholeLong);
  }

  double number(String name, double otherwise) {
    return read(name, otherwise, MethodSettings::number);
  }

  boolean flag(String name, boolean otherwise) {
    return read(
        name,
        otherwise,
        (setting, text) -> {
          require(text.equals("true") || text.equals("false"), setting, "true or false", text);
          return text.equals("true");
        });
  }

  /** One of an enumeration's words, written in lower case. */
  <E extends Enum<E>> E choice(String name, E otherwise) {
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    return read(
        name,
        otherwise,
        (setting, text) ->
            Arrays.stream(all)
                .filter(one -> word(one).equals(text))
                .findFirst()
                .orElseThrow(
                    () -> {
                      List<String> words = Arrays.stream(all).map(MethodSettings::word).toList();
                      return new UserError(setting + " must be one of " + words + ", got " + text);
                    }));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  /** Whole numbers by layer, {@code layer:number;layer:number}; the order counts. */
  Map<String, Integer> wholePattern(String name, Map<String, Integer> otherwise) {
    return read(name, otherwise, (setting, text) -> pattern(setting, text, MethodSettings::whole));
  }

  /** Numbers by layer, {@code layer:number;layer:number}; the order counts. */
  Map<String, Double> numberPattern(String name, Map<String, Double> otherwise) {
    return read(name, otherwise, (setting, text) -> pattern(setting, text, MethodSettings::number));
  }

  /**
   * Refuses what was given and not asked for.
   *
   * @throws UserError naming the settings that exist
   */
  void requireNothingElse() {
    given.keySet().stream()
        .sorted()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              String bound = known.isEmpty() ? "left out, it has none" : "one of " + known;
              throw new UserError("setting of " + method + " must be " + bound + ", got " + name);
            });
  }

  /**
   * Any other kind of setting.
   *
   * @param name of the setting
   * @param otherwise when it was not given
   * @param parse makes a value of the setting's whole name and its text
   */
  <T> T read(String name, T otherwise, BiFunction<String, String, T> parse) {
    known.add(name);
    String text = given.get(name);
    return text == null ? otherwise : parse.apply(method + "." + name, text.strip());
  }

  private static Integer whole(String setting, String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError(setting + " must be a whole number, got " + text, e);
    }
  }

  private static Long wholeLong(String setting, String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError(setting + " must be a whole number, got " + text, e);
    }
  }

  private static Double number(String setting, String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UserError(setting + " must be a number, got " + text, e);
    }
  }

  private static <T> Map<String, T> pattern(
      String setting, String text, BiFunction<String, String, T> parse) {
    Map<String, T> pattern = new LinkedHashMap<>();
    for (String entry : text.split(";", -1)) {
      if (entry.isBlank()) {
        continue;
      }
      // A layer's name may be a regular expression with a colon of its own.
      int colon = entry.lastIndexOf(':');
      require(colon > 0, setting, "layer:number, with semicolons between", text);
      String layer = entry.substring(0, colon).strip();
      require(!pattern.containsKey(layer), setting, "without repeated layers", layer);
      pattern.put(layer, parse.apply(setting, entry.substring(colon + 1).strip()));
    }
    return Collections.unmodifiableMap(pattern);
  }
}
