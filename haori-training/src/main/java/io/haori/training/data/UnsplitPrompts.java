package io.haori.training.data;

import io.haori.core.digest.Sha256;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.group.TextKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts with their answers that are all in one file. They are shared out as labelled rows are
 * ({@link UnsplitRows}), without labels to keep in balance: rows of one prompt, or of one group, go
 * into the same part, and which one depends on the prompt, the shares and the seed alone. Of few
 * prompts all are learnt from.
 */
final class UnsplitPrompts {
  /** Different prompts, or groups, from which on some are held out. */
  static final int LEAST = 30;

  private static final double PER_CENT = 100;

  private final DataFile all;
  private final SplitShares shares;
  private final long seed;

  /**
   * Prepares it.
   *
   * @param all rows of the file
   * @param options have the shares and the seed
   */
  UnsplitPrompts(DataFile all, DataOptions options) {
    this.all = all;
    this.shares = options.shares();
    this.seed = options.splitSeed();
  }

  /**
   * Shares them out.
   *
   * @param file as the user named it
   */
  PromptedDataset split(Path file) {
    Map<String, List<Row>> groups = groups(all);
    if (groups.size() < LEAST) {
      return new PromptedDataset(file, all, null, null, null);
    }
    List<String> order = new ArrayList<>(groups.keySet());
    order.sort(Comparator.comparing(key -> Sha256.of(seed + " " + key)));
    int validation = count(order, shares.validation());
    int test = count(order, shares.test());
    int train = order.size() - validation - test;
    return new PromptedDataset(
        file,
        part(Split.TRAIN, order.subList(0, train), groups),
        part(Split.VALIDATION, order.subList(train, train + validation), groups),
        part(Split.TEST, order.subList(train + validation, order.size()), groups),
        shares + ", seed " + seed);
  }

  /** Rows that stay together, by what they have in common: their prompt, or their group. */
  static Map<String, List<Row>> groups(DataFile all) {
    Map<String, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : all.rows()) {
      groups.computeIfAbsent(key(row), key -> new ArrayList<>()).add(row);
    }
    return groups;
  }

  private static String key(Row row) {
    return row.group() == null ? TextKey.ofFirst(row) : "\u0001" + row.group();
  }

  private static int count(List<String> order, int share) {
    return (int) Math.max(1, Math.round(order.size() * share / PER_CENT));
  }

  private DataFile part(Split split, List<String> keys, Map<String, List<Row>> groups) {
    List<Row> rows = new ArrayList<>();
    keys.forEach(key -> rows.addAll(groups.getOrDefault(key, List.of())));
    return UnsplitRows.part(all, rows, split.fileName(), seed, shares);
  }
}
