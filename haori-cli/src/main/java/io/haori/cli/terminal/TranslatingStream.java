package io.haori.cli.terminal;

import io.haori.core.language.Catalogue;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A stream whose lines are said in the user's language: what {@code println} and {@code printf} are
 * given. What {@code print} and {@code write} are given stays as it is, and so does JSON.
 */
final class TranslatingStream extends PrintStream {
  private final PrintStream plain;
  private final Catalogue words;

  TranslatingStream(PrintStream plain, Catalogue words) {
    super(plain, true, StandardCharsets.UTF_8);
    this.plain = plain;
    this.words = words;
  }

  /** The stream behind it, which changes nothing. */
  PrintStream plain() {
    return plain;
  }

  @Override
  public void println(String line) {
    super.println(said(line));
  }

  @Override
  public void println(Object line) {
    super.println(said(String.valueOf(line)));
  }

  @Override
  public PrintStream printf(String format, Object... values) {
    return format(Locale.getDefault(Locale.Category.FORMAT), format, values);
  }

  @Override
  public PrintStream printf(Locale locale, String format, Object... values) {
    return format(locale, format, values);
  }

  @Override
  public PrintStream format(String format, Object... values) {
    return format(Locale.getDefault(Locale.Category.FORMAT), format, values);
  }

  @Override
  public PrintStream format(Locale locale, String format, Object... values) {
    print(said(String.format(locale, format, values)));
    return this;
  }

  private String said(String line) {
    return line.startsWith("{") ? line : words.text(line);
  }
}
