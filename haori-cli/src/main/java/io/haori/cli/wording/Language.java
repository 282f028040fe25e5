package io.haori.cli.wording;

import static io.haori.core.check.Check.require;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A language that reports are written in. */
public enum Language {
  ENGLISH(Locale.ENGLISH),
  JAPANESE(Locale.JAPANESE);

  private final Locale locale;

  Language(Locale locale) {
    this.locale = locale;
  }

  /** As Java names it. */
  public Locale locale() {
    return locale;
  }

  /** As options and pages name it, for example {@code ja}. */
  public String tag() {
    return locale.toLanguageTag();
  }

  /**
   * The language that was chosen, else that of the environment, else English.
   *
   * @param tag as given with {@code --lang}, or null
   * @param environment of the process
   * @throws io.haori.core.check.UserError when there is no such language
   */
  public static Language of(@Nullable String tag, Map<String, String> environment) {
    if (tag != null) {
      require(
          Arrays.stream(values()).anyMatch(one -> one.tag().equals(tag)),
          "--lang",
          "en or ja",
          tag);
    }
    String wanted = tag == null ? environment(environment) : tag;
    return Stream.of(values())
        .filter(one -> wanted.startsWith(one.tag()))
        .findFirst()
        .orElse(ENGLISH);
  }

  /** As POSIX has it: the first of these that is set. */
  private static String environment(Map<String, String> environment) {
    return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse("");
  }
}
