package io.haori.cli.wording;

import io.haori.cli.terminal.Console;
import io.haori.core.language.Language;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** Sentences and figures in one language. */
public final class Words {
  private static final double PERCENT = 100;
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final ResourceBundle bundle;
  private final Language language;

  private Words(ResourceBundle bundle, Language language) {
    this.bundle = bundle;
    this.language = language;
  }

  /**
   * The words of a bundle.
   *
   * @param name of it, without language and ending
   * @param language of the reader
   */
  public static Words of(String name, Language language) {
    // Without the machine's own language in between.
    Control exact = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);
    return new Words(
        ResourceBundle.getBundle(name, language.locale(), Words.class.getClassLoader(), exact),
        language);
  }

  /** The language of the person at a console. */
  public static Language languageOf(Console console) {
    return console.words().isEnglish() ? Language.ENGLISH : Language.JAPANESE;
  }

  /** Whose they are. */
  public Language language() {
    return language;
  }

  /**
   * A sentence.
   *
   * @param key of it
   * @param values in the place of <code>{0}</code>, <code>{1}</code>, …
   * @throws java.util.MissingResourceException when there is none
   */
  public String text(String key, Object... values) {
    String text = bundle.getString(key);
    for (int i = 0; i < values.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(values[i]));
    }
    return text;
  }

  /**
   * A sentence with links.
   *
   * @param key of it
   * @param values pieces of HTML as they are, all else as text
   */
  public Html html(String key, Object... values) {
    String code = Html.of(bundle.getString(key)).code();
    for (int i = 0; i < values.length; i++) {
      String value =
          values[i] instanceof Html html ? html.code() : Html.of(String.valueOf(values[i])).code();
      code = code.replace("{" + i + "}", value);
    }
    return new Html(code);
  }

  /** Whether there is such a sentence. */
  public boolean has(String key) {
    return bundle.containsKey(key);
  }

  /** A share in whole per cent. */
  public String percent(double share) {
    return format("%.0f %%", PERCENT * share);
  }

  /** A share in per cent with one place. */
  public String finePercent(double share) {
    return format("%.1f %%", PERCENT * share);
  }

  /** A difference of shares, in points, with its sign. */
  public String points(double difference) {
    double points = PERCENT * difference;
    String text = format("%.1f", Math.abs(points));
    return (Double.parseDouble(format("%.1f", points).replace(',', '.')) == 0
            ? ""
            : points < 0 ? "−" : "+")
        + text;
  }

  /** An amount or a count. */
  public String whole(double value) {
    return value < 0 ? "−" + format("%,.0f", -value) : format("%,.0f", value);
  }

  /** A number with one place; what is infinite is never. */
  public String number(double value) {
    return Double.isFinite(value) ? format("%.1f", value) : text("never");
  }

  /** A number with some places. */
  public String number(double value, int places) {
    return format("%." + places + "f", value);
  }

  /** A time in seconds, minutes or hours. */
  public String duration(double seconds) {
    if (seconds < 10 * MINUTE) {
      return text("seconds", format(seconds < 10 ? "%.1f" : "%.0f", seconds));
    }
    return seconds < 2 * HOUR
        ? text("minutes", format("%.1f", seconds / MINUTE))
        : text("hours", format("%.1f", seconds / HOUR));
  }

  /** A day, of UTC. */
  public String day(Instant moment) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
        .withLocale(language.locale())
        .format(moment.atOffset(ZoneOffset.UTC));
  }

  /** A moment to the second, of UTC. */
  public String moment(Instant moment) {
    return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
        .format(moment.atOffset(ZoneOffset.UTC));
  }

  private String format(String format, Object... values) {
    return String.format(language.locale(), format, values);
  }
}
