package io.haori.training.data;

import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Names of a head's labels in a file of text, one a line, in the order of its outputs. */
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
    List<String> names = new ArrayList<>();
    try (Records records = Records.open(file, RecordFormat.TXT, ReadOptions.DETECT)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        String name = String.valueOf(one.text("text")).strip();
        if (one.blank()) {
          continue;
        }
        if (names.contains(name)) {
          throw records.error(one, "a label must be there once, got " + name + " again");
        }
        names.add(name);
      }
    }
    return names;
  }
}
