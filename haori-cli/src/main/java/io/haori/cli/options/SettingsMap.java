package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The settings given as {@code --set key=value}. Each is taken once by whoever knows it; what
 * nobody took at the end is a mistake.
 */
public final class SettingsMap {
  private final Map<String, String> given;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, String> options = new LinkedHashMap<>();

  public SettingsMap(Map<String, String> given) {
    this.given = new LinkedHashMap<>(given);
  }

  /** A text, null when not given. */
  @Nullable String text(String key) {
    return take(key);
  }

  /**
   * A text under its whole name or, when that was not given, under its last part; null when neither
   * was.
   *
   * @param owner what the setting belongs to, such as a method
   * @param name the last part
   */
  @Nullable String text(String owner, String name) {
    String text = take(owner + "." + name);
    return text == null ? given.remove(name) : text;
  }

  public int whole(String key, int otherwise) {
    String text = take(key);
    try {
      return text == null ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw wrong(key, "a whole number", text, e);
    }
  }

  public double number(String key, double otherwise) {
    String text = take(key);
    try {
      return text == null ? otherwise : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw wrong(key, "a number", text, e);
    }
  }

  public boolean truth(String key, boolean otherwise) {
    String text = take(key);
    if (text == null) {
      return otherwise;
    }
    require(text.equals("true") || text.equals("false"), key, "true or false", text);
    return text.equals("true");
  }

  /**
   * What a text means, by its setting's name.
   *
   * @param otherwise where it is not given
   * @param parser from the setting's name and the text
   */
  public <T> T parsed(String key, T otherwise, BiFunction<String, String, T> parser) {
    String text = take(key);
    return text == null ? otherwise : parser.apply(key, text);
  }

  /** One of an enum's constants, in lower case. */
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    String text = take(key);
    if (text == null) {
      return otherwise;
    }
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    for (E one : all) {
      if (word(one).equals(text)) {
        return one;
      }
    }
    String words = String.join(", ", Arrays.stream(all).map(SettingsMap::word).toList());
    throw new UserError(key + " must be one of " + words + ", got " + text);
  }

  /**
   * Says that a setting has an option of its own and is not given by {@code --set}.
   *
   * @param key of the setting, as {@code haori.json} has it
   * @param option that sets it
   */
  public void optionOf(String key, String option) {
    options.put(key, option);
  }

  /** Refuses what nobody took. */
  public void requireAllTaken() {
    for (String key : given.keySet()) {
      String option = options.getOrDefault(key, options.get("training." + key));
      if (option != null) {
        throw new UserError(key + " has an option of its own: " + option + " " + given.get(key));
      }
      throw new UserError("--set must name one of " + String.join(", ", known) + ", got " + key);
    }
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  private @Nullable String take(String key) {
    known.add(key);
    return given.remove(key);
  }

  private static UserError wrong(
      String key, String bound, @Nullable String text, NumberFormatException cause) {
    return new UserError(key + " must be " + bound + ", got " + text, cause);
  }
}
