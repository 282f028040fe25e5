package io.haori.benchmarks.quality;

import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A dataset of which few rows are learnt; the same ones that {@code few_run.py} takes. */
final class FewRows {
  private FewRows() {}

  /**
   * As many training rows of each class, or with = before the number in all; none to validate on.
   */
  static Dataset of(Dataset data, String count, long seed) {
    Random random = new Random(seed);
    List<Row> taken =
        count.startsWith("=") ? inAll(data, count, random) : each(data, count, random);
    DataFile train = new DataFile(data.train().path(), taken, "few");
    DataFile none = new DataFile(data.validation().path(), List.of(), "none");
    DataFile test = cut(data.test(), Integer.getInteger("testRows", Integer.MAX_VALUE));
    return new Dataset(data.folder(), data.labels(), train, none, test);
  }

  /** At most as many rows to validate on and to test with, the same ones each time. */
  static Dataset asked(Dataset data, int validationRows, int testRows) {
    return new Dataset(
        data.folder(),
        data.labels(),
        data.train(),
        cut(data.validation(), validationRows),
        cut(data.test(), testRows));
  }

  private static DataFile cut(DataFile file, int most) {
    List<Row> rows = new ArrayList<>(file.rows());
    Collections.shuffle(rows, new Random(0));
    return new DataFile(file.path(), rows.subList(0, Math.min(rows.size(), most)), file.sha256());
  }

  private static List<Row> inAll(Dataset data, String count, Random random) {
    List<Row> rows = new ArrayList<>(data.train().rows());
    Collections.shuffle(rows, random);
    return rows.subList(0, Math.min(Integer.parseInt(count.substring(1)), rows.size()));
  }

  private static List<Row> each(Dataset data, String count, Random random) {
    Map<String, List<Row>> byLabel = new TreeMap<>();
    for (Row row : data.train().rows()) {
      byLabel.computeIfAbsent(String.valueOf(row.label()), k -> new ArrayList<>()).add(row);
    }
    List<Row> taken = new ArrayList<>();
    for (List<Row> ours : byLabel.values()) {
      Collections.shuffle(ours, random);
      taken.addAll(ours.subList(0, Math.min(Integer.parseInt(count), ours.size())));
    }
    return taken;
  }
}
