package io.haori.cli.terminal;

import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;

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
    register(line, String.class, text -> text);
    register(line, Path.class, Path::of);
    register(line, int.class, Integer::valueOf);
    register(line, Integer.class, Integer::valueOf);
    register(line, long.class, Long::valueOf);
    register(line, Long.class, Long::valueOf);
    register(line, double.class, Double::valueOf);
    register(line, Double.class, Double::valueOf);
  }

  private static <T> void register(CommandLine line, Class<T> type, Function<String, T> reader) {
    line.registerConverter(type, new PlainConverter<>(reader));
  }

  /**
   * Takes the mark away and reads the rest. It is a class since the launcher's archive can hold
   * neither a lambda of picocli's interfaces (which are compiled for Java 5) nor, then, picocli.
   */
  private record PlainConverter<T>(Function<String, T> reader) implements ITypeConverter<T> {
    @Override
    public T convert(String text) {
      return reader.apply(plain(text));
    }
  }
}
