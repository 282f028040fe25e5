package io.haori.cli.terminal;

import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The streams of a run and what is known about them. Lines for a person are printed in English by
 * {@code println} and come out in the person's language; rows and texts of the user's own go to
 * {@link #rows}, which changes nothing.
 *
 * @param in what the user pipes in
 * @param out results for a person: tables and sentences
 * @param json results for a program, one JSON object a line; the process's stdout, as {@code out}
 * @param unwanted where words for a person go when only JSON is wanted; the process has nowhere
 * @param err progress, logs and errors
 * @param outIsTerminal whether a person watches {@code out}: tables are wrapped only then
 * @param errIsTerminal whether a person watches {@code err}: progress bars are drawn only then
 * @param colours whether {@code out} is a terminal that shows colours
 * @param columns width of the terminal in characters; tables and bars stay within it
 * @param words says English sentences in the person's language
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream json,
    PrintStream unwanted,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean colours,
    int columns,
    Catalogue words) {
  /** The widest output, also on a wider terminal: longer lines are hard to read. */
  public static final int MAX_COLUMNS = 100;

  private static final int MIN_COLUMNS = 60;

  /**
   * Streams on which tables and JSON come one after another.
   *
   * @param in what the user pipes in
   * @param out results
   * @param err progress, logs and errors
   * @param errIsTerminal whether a person watches {@code err}
   * @param colours whether {@code out} is a terminal, one that shows colours
   * @param columns width of the terminal in characters
   */
  public Console(
      InputStream in,
      PrintStream out,
      PrintStream err,
      boolean errIsTerminal,
      boolean colours,
      int columns) {
    this(in, out, out, nowhere(), err, colours, errIsTerminal, colours, columns);
  }

  /** Streams of a person who reads English. */
  public Console(
      InputStream in,
      PrintStream out,
      PrintStream json,
      PrintStream unwanted,
      PrintStream err,
      boolean outIsTerminal,
      boolean errIsTerminal,
      boolean colours,
      int columns) {
    this(
        in,
        out,
        json,
        unwanted,
        err,
        outIsTerminal,
        errIsTerminal,
        colours,
        columns,
        Catalogue.of(Language.ENGLISH));
  }

  /** The same for a person who reads another language. */
  public Console in(Catalogue language) {
    return language.isEnglish()
        ? this
        : new Console(
            in,
            new TranslatingStream(out, language),
            json,
            new TranslatingStream(unwanted, language),
            new TranslatingStream(err, language),
            outIsTerminal,
            errIsTerminal,
            colours,
            columns,
            language);
  }

  /** Where rows and texts of the user's own go: {@code out}, as they are. */
  public PrintStream rows() {
    return plain(out);
  }

  /** A stream that changes nothing of what is printed, for what is not said to a person. */
  public static PrintStream plain(PrintStream stream) {
    return stream instanceof TranslatingStream translating ? translating.plain() : stream;
  }

  /** The same without a word for a person among the results: what {@code --json} promises. */
  public Console jsonAlone() {
    return new Console(
        in, unwanted, json, unwanted, err, outIsTerminal, errIsTerminal, colours, columns, words);
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  /** The widest line of results: a program, or a file, gets every line whole. */
  public int outColumns() {
    return outIsTerminal ? columns : Integer.MAX_VALUE;
  }

  /**
   * The streams of this process. The launcher says what it knows about them in {@code
   * HAORI_TERMINAL} (a list of {@code out} and {@code err}) and {@code COLUMNS}: Java itself cannot
   * tell whether one stream alone is a terminal.
   *
   * @param environment the process's environment
   * @return in UTF-8, whatever the platform's default is
   */
  public static Console ofProcess(Map<String, String> environment) {
    String terminals = environment.getOrDefault("HAORI_TERMINAL", "");
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    PrintStream out = stream(FileDescriptor.out);
    return new Console(
        new FileInputStream(FileDescriptor.in),
        out,
        out,
        nowhere(),
        stream(FileDescriptor.err),
        terminals.contains("out"),
        terminals.contains("err"),
        terminals.contains("out") && !plain,
        columns(environment.getOrDefault("COLUMNS", "")));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int columns(String given) {
    try {
      int columns = Integer.parseInt(given);
      // A terminal that does not know its width says 0.
      return columns <= 0 ? MAX_COLUMNS : Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, columns));
    } catch (NumberFormatException e) {
      return MAX_COLUMNS;
    }
  }
}
