package io.haori.server.page.render;

import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A language of the page. */
public enum Language {
  ENGLISH(Locale.ENGLISH, "English"),
  JAPANESE(Locale.JAPANESE, "日本語");

  private final Locale locale;
  private final String ownName;

  Language(Locale locale, String ownName) {
    this.locale = locale;
    this.ownName = ownName;
  }

  /** As Java names it. */
  public Locale locale() {
    return locale;
  }

  /** As pages and addresses name it, for example {@code ja}. */
  public String tag() {
    return locale.toLanguageTag();
  }

  /** As its speakers call it. */
  public String ownName() {
    return ownName;
  }

  /** The language of a tag; null where there is none. */
  public static @Nullable Language ofTag(@Nullable String tag) {
    return Stream.of(values()).filter(one -> one.tag().equals(tag)).findFirst().orElse(null);
  }

  /**
   * The language that a browser asks for.
   *
   * @param header {@code Accept-Language}, of any form; null for none
   * @return English where it asks for none of these
   */
  public static Language accepted(@Nullable String header) {
    if (header == null) {
      return ENGLISH;
    }
    try {
      List<Locale> ours = Stream.of(values()).map(Language::locale).toList();
      Locale best = Locale.lookup(LanguageRange.parse(header), ours);
      Language found = best == null ? null : ofTag(best.toLanguageTag());
      return found == null ? ENGLISH : found;
    } catch (IllegalArgumentException e) {
      // Not what HTTP allows, which is no reason to show nothing.
      return ENGLISH;
    }
  }
}
