package io.haori.cli.terminal;

import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Values that are attached to their option and begin with a dash: {@code --text=-5}, {@code
 * --name=--out}.
 *
 * <p>Picocli takes such a value for an option, as it should where the value is a word of its own
 * ({@code --data d --epoch 3}). So {@link #marked} puts a character before it, and {@link
 * #converters} take that away again. No argument of a process can hold this character.
 */
public final class AttachedValues {
  private static final String MARK = "\0";

  private AttachedValues() {}

  /**
   * The arguments as picocli is to read them.
   *
   * @param arguments as the user typed them
   */
  public static String[] marked(String... arguments) {
    String[] marked = arguments.clone();
    for (int i = 0; i < marked.length && !marked[i].equals("--"); i++) {
      int value = marked[i].indexOf('=') + 1;
      if (value > 1 && marked[i].startsWith("-") && marked[i].startsWith("-", value)) {
        marked[i] = marked[i].substring(0, value) + MARK + marked[i].substring(value);
      }
    }
    return marked;
  }

  /**
   * A text as the user typed it.
   *
   * @param text may hold a mark
   */
  public static String plain(String text) {
    return text.replace(MARK, "");
  }

  /**
   * Makes a command line read marked values, of every type that an option has.
   *
   * @param line with all its commands
   */
  public static void converters(CommandLine line) {
    line.registerConverter(String.class, AttachedValues::plain);
    line.registerConverter(Path.class, text -> Path.of(plain(text)));
    line.registerConverter(int.class, text -> Integer.valueOf(plain(text)));
    line.registerConverter(Integer.class, text -> Integer.valueOf(plain(text)));
    line.registerConverter(long.class, text -> Long.valueOf(plain(text)));
    line.registerConverter(Long.class, text -> Long.valueOf(plain(text)));
    line.registerConverter(double.class, text -> Double.valueOf(plain(text)));
    line.registerConverter(Double.class, text -> Double.valueOf(plain(text)));
  }
}
