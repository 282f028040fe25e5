package io.haori.training.data;

import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of a head's labels in a file of text, one a line, in the order of its outputs; a tab and a
 * description may follow a name.
 */
public final class LabelFile {
  private LabelFile() {}

  /**
   * Reads the names.
   *
   * @param file one name a line; blank lines do not count
   * @return in the file's order, without spaces around them
   * @throws io.haori.core.check.UserError when the file cannot be read, or a name is there twice
   */
  public static List<String> read(Path file) {
    return List.copyOf(described(file).keySet());
  }

  /**
   * Reads the names with their descriptions.
   *
   * @param file one name a line, or a name, a tab and a description
   * @return descriptions by name in the file's order; of a name without one the name itself
   * @throws io.haori.core.check.UserError when the file cannot be read, or a name is there twice
   */
  public static Map<String, String> described(Path file) {
    return described(file, ReadOptions.DETECT);
  }

  /** The same of a file in a known encoding. */
  static Map<String, String> described(Path file, ReadOptions options) {
    Map<String, String> described = new LinkedHashMap<>();
    Map<String, Long> lines = new HashMap<>();
    try (Records records = Records.open(file, RecordFormat.TXT, options)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        if (one.blank()) {
          continue;
        }
        String[] parts = String.valueOf(one.text("text")).strip().split("\t", 2);
        String name = parts[0].strip();
        String words = parts.length == 2 ? parts[1].strip() : "";
        Long earlier = lines.putIfAbsent(name, one.line());
        if (earlier != null) {
          throw records.error(
              one, "has the label \"" + name + "\" again; it is in line " + earlier);
        }
        described.put(name, words.isEmpty() ? name : words);
      }
    }
    return described;
  }
}
