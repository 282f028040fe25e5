package io.haori.server.page.render;

import io.haori.core.language.Language;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** The words of the page in one language. */
public final class Messages {
  private static final String BUNDLE = "io.haori.server.page.messages";

  private final ResourceBundle bundle;
  private final Locale locale;

  private Messages(ResourceBundle bundle, Locale locale) {
    this.bundle = bundle;
    this.locale = locale;
  }

  /** The words of a language. */
  public static Messages of(Language language) {
    // Without the machine's own language in between.
    Control exact = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);
    return new Messages(
        ResourceBundle.getBundle(BUNDLE, language.locale(), Messages.class.getClassLoader(), exact),
        language.locale());
  }

  /**
   * A sentence.
   *
   * @param key of it
   * @param values in the place of {@code {0}}, {@code {1}}, …
   * @throws java.util.MissingResourceException when there is none
   */
  public String text(String key, Object... values) {
    String text = bundle.getString(key);
    return values.length == 0 ? text : new MessageFormat(text, locale).format(values);
  }

  /**
   * A word that may come from a registry of another version of this program.
   *
   * @param group for example {@code state}
   * @param word for example {@code live}
   * @return the word itself where the page does not know it
   */
  public String word(String group, String word) {
    String key = group + "." + word;
    return bundle.containsKey(key) ? bundle.getString(key) : word;
  }
}
