package io.haori.benchmarks;

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
    List<Row> all = data.test().rows();
    List<Row> asked = new ArrayList<>(all);
    Collections.shuffle(asked, new Random(0));
    asked = asked.subList(0, Math.min(all.size(), Integer.getInteger("testRows", all.size())));
    DataFile test = new DataFile(data.test().path(), asked, data.test().sha256());
    return new Dataset(data.folder(), data.labels(), train, none, test);
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
