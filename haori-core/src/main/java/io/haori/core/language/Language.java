package io.haori.core.language;

import static io.haori.core.check.Check.require;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A language that the program speaks. */
public enum Language {
  ENGLISH("en", "English"),
  JAPANESE("ja", "日本語");

  /** The variables that say it, the first that is set counts. */
  private static final List<String> VARIABLES =
      List.of("HAORI_LANG", "LC_ALL", "LC_MESSAGES", "LANG");

  private final String tag;
  private final String ownName;

  Language(String tag, String ownName) {
    this.tag = tag;
    this.ownName = ownName;
  }

  /** As options name it, for example {@code ja}. */
  public String tag() {
    return tag;
  }

  /** As its speakers call it. */
  public String ownName() {
    return ownName;
  }

  /** As Java names it. */
  public Locale locale() {
    return Locale.forLanguageTag(tag);
  }

  /**
   * Refuses an option's value that is no language of this program.
   *
   * @param setting as the sentence about a wrong value names it
   * @param value for example {@code ja}; null where none was given
   */
  public static void requireKnown(String setting, @Nullable String value) {
    if (value != null) {
      require(ofTag(value).isPresent(), setting, "en or ja", value);
    }
  }

  /** The language of a tag, in either case. */
  public static Optional<Language> ofTag(String tag) {
    return Arrays.stream(values())
        .filter(one -> one.tag.equals(tag.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /**
   * The language that a client asks for over HTTP.
   *
   * @param header {@code Accept-Language}, of any form; null for none
   * @return English where it asks for none that the program speaks
   */
  public static Language accepted(@Nullable String header) {
    if (header == null) {
      return ENGLISH;
    }
    try {
      List<Locale> ours = Arrays.stream(values()).map(Language::locale).toList();
      Locale best = Locale.lookup(LanguageRange.parse(header), ours);
      return best == null ? ENGLISH : ofTag(best.toLanguageTag()).orElse(ENGLISH);
    } catch (IllegalArgumentException e) {
      // Not what HTTP allows, which is no reason to say nothing.
      return ENGLISH;
    }
  }

  /**
   * The language that a process's environment asks for.
   *
   * @param environment its variables; of {@code HAORI_LANG}, {@code LC_ALL}, {@code LC_MESSAGES}
   *     and {@code LANG} the first that is set counts, for example {@code ja_JP.UTF-8}
   * @param system the language of the system where none is set, for example {@code ja}
   * @return English where they ask for one that the program does not speak
   */
  public static Language of(Map<String, String> environment, String system) {
    String asked =
        VARIABLES.stream()
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse(system);
    return ofTag(asked.split("[_.@-]", 2)[0]).orElse(ENGLISH);
  }
}
