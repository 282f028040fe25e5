package io.haori.core.language;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the files of a catalogue, which lie beside this class in a folder named as the language.
 */
final class CatalogueFile {
  /** The files of sentences, by where the sentences arise. */
  private static final List<String> SENTENCES =
      List.of(
          "general",
          "data",
          "image",
          "vision",
          "model",
          "adapter",
          "training",
          "registry",
          "server",
          "command",
          "federate",
          "cluster",
          "pages",
          "proof",
          "help");

  private static final List<String> HEADINGS = List.of("headings");

  private CatalogueFile() {}

  static Map<String, String> sentences(Language language) {
    return read(language, SENTENCES);
  }

  static Map<String, String> headings(Language language) {
    return read(language, HEADINGS);
  }

  private static Map<String, String> read(Language language, List<String> names) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : names) {
      String file = language.tag() + "/" + name + ".txt";
      try (InputStream stream =
              Objects.requireNonNull(CatalogueFile.class.getResourceAsStream(file), file);
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        read(file, lines, all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  /**
   * Reads one file.
   *
   * @param file for the message of a line that is out of place
   * @param lines English and, indented below it, the translation; {@code #} begins a comment
   * @param all receives them
   */
  static void read(String file, BufferedReader lines, Map<String, String> all) throws IOException {
    String english = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      boolean translation = line.startsWith("  ");
      if (translation == english.isEmpty()) {
        throw new IllegalStateException(file + ": this line is out of place: " + line);
      }
      if (!translation) {
        english = line;
        continue;
      }
      if (all.putIfAbsent(english, line.strip()) != null) {
        throw new IllegalStateException(file + ": this sentence is there already: " + english);
      }
      english = "";
    }
  }
}
