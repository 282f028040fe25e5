package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.group.RowGroups;
import io.haori.training.data.group.TextKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Labelled rows that are not yet training, validation and test rows. A split keeps the share of
 * every label in each part as nearly as whole rows allow; rows that belong together, as those of
 * one text, always go into the same part ({@link RowGroups}), so that nothing is tested that was
 * learnt from; and it depends on nothing but rows, shares and seed.
 */
public final class UnsplitRows {
  private static final double PER_CENT = 100;

  /** How training rows of a folder without validation rows are split, for people. */
  static final String HELD_OUT =
      SplitShares.USUAL.train() + "/" + SplitShares.USUAL.validation() + " of train";

  private final DataFile all;
  private final Function<DataFile, DomainLabels> labelsOf;

  UnsplitRows(DataFile all, Function<DataFile, DomainLabels> labelsOf) {
    this.all = all;
    this.labelsOf = labelsOf;
  }

  /** Rows of a program; see {@link Dataset#of}. */
  static UnsplitRows of(List<Row> rows) {
    Path name = Path.of("rows");
    RowBuilder built = new RowBuilder(name);
    StringBuilder content = new StringBuilder();
    Task task = null;
    for (Row row : rows) {
      long line = built.rows().size() + 1L;
      Label label = row.label();
      if (label == null) {
        throw built.error(line, "label is missing");
      }
      Task first = task == null ? TaskCatalogue.of(label) : task;
      task = first;
      if (!first.accepts(label)) {
        throw built.error(line, "label must be of the same kind as in row 1, " + first.name());
      }
      List<String> words = first.readsWords() ? row.wordsOrSplit() : null;
      Label checked = first.checked(label, words, what -> built.error(line, what));
      checked.names().forEach(one -> built.requireWhole(line, "label", one));
      built.add(
          line,
          "text",
          row.text(),
          row.textPair(),
          checked,
          row.domain(),
          row.words(),
          row.group(),
          row.conversation(),
          row.image());
      content.append(built.rows().get(built.rows().size() - 1)).append('\n');
    }
    DataFile all = new DataFile(name, built.rows(), Sha256.of(content.toString()));
    Task of = task == null ? TaskCatalogue.CLASSIFICATION : task;
    return new UnsplitRows(all, train -> DomainLabels.of(of, train.rows()));
  }

  /**
   * Splits with the usual shares.
   *
   * @param seed decides which rows are in which part
   * @return the dataset
   * @throws io.haori.core.check.UserError when there are too few different texts
   */
  public Dataset split(long seed) {
    return split(seed, SplitShares.USUAL);
  }

  /**
   * Splits.
   *
   * @param seed decides which rows are in which part
   * @param shares of the parts, in per cent
   * @return the dataset
   * @throws io.haori.core.check.UserError when there are too few different texts
   */
  public Dataset split(long seed, SplitShares shares) {
    List<List<Row>> parts =
        parts(
            seed,
            shares.train() / PER_CENT,
            shares.validation() / PER_CENT,
            shares.test() / PER_CENT);
    DataFile train = part(parts.get(0), "train", seed, shares);
    return new Dataset(
        all.path(),
        labelsOf.apply(train),
        train,
        part(parts.get(1), "validation", seed, shares),
        part(parts.get(2), "test", seed, shares),
        shares + ", seed " + seed);
  }

  /**
   * Holds rows out to validate on, where the test rows are known already.
   *
   * @param seed decides which rows are held out
   * @return the training rows and the validation rows
   * @throws io.haori.core.check.UserError when there are too few different texts
   */
  List<DataFile> holdOut(long seed) {
    double validation =
        (double) SplitShares.USUAL.validation() / (PER_CENT - SplitShares.USUAL.test());
    List<List<Row>> parts = parts(seed, 1 - validation, validation);
    return List.of(
        part(parts.get(0), "train", seed, HELD_OUT),
        part(parts.get(1), "validation", seed, HELD_OUT));
  }

  private DataFile part(List<Row> rows, String name, long seed, Object shares) {
    return part(all, rows, name, seed, shares);
  }

  /** Some rows of a file in its order, with a digest that says which part they are. */
  static DataFile part(DataFile all, List<Row> rows, String name, long seed, Object shares) {
    List<Row> ordered = new ArrayList<>(rows);
    ordered.sort(Comparator.comparingLong(Row::line));
    String digest = Sha256.of(all.sha256() + " " + name + " " + shares + " " + seed);
    return new DataFile(all.path(), ordered, digest, all.encodingFound());
  }

  private List<List<Row>> parts(long seed, double... wanted) {
    Map<String, List<Row>> byText = new LinkedHashMap<>();
    for (List<Integer> group : RowGroups.of(all.rows()).all()) {
      List<Row> ours = group.stream().map(all.rows()::get).toList();
      String least = ours.stream().map(TextKey::of).min(Comparator.naturalOrder()).orElseThrow();
      byText.computeIfAbsent(least, k -> new ArrayList<>()).addAll(ours);
    }
    // A group's place depends on its least text and the seed, not on where in the file it is.
    Map<String, String> places = new HashMap<>();
    byText.keySet().forEach(text -> places.put(text, Sha256.of(seed + " " + text)));
    Map<String, Integer> counts = new HashMap<>();
    for (Row row : all.rows()) {
      names(row).forEach(name -> counts.merge(name, 1, Integer::sum));
    }
    Map<String, List<String>> strata = new TreeMap<>();
    byText.forEach(
        (text, rows) ->
            strata.computeIfAbsent(stratum(rows, counts), k -> new ArrayList<>()).add(text));
    double[] owed = new double[wanted.length];
    List<List<Row>> parts = new ArrayList<>();
    Arrays.stream(wanted).forEach(share -> parts.add(new ArrayList<>()));
    for (List<String> texts : strata.values()) {
      texts.sort(Comparator.comparing(text -> places.getOrDefault(text, text)));
      int[] each = counts(texts.size(), wanted, owed);
      int next = 0;
      for (int part = 0; part < each.length; part++) {
        for (int i = 0; i < each[part]; i++) {
          parts.get(part).addAll(byText.getOrDefault(texts.get(next++), List.of()));
        }
      }
    }
    if (parts.stream().anyMatch(List::isEmpty)) {
      if (strata.size() > 2 && strata.size() == byText.size()) {
        throw Check.in(
            all.path(),
            "has a label of its own for each of its "
                + byText.size()
                + " different texts, so that nothing can be tested; the setting columns.label"
                + " chooses another column");
      }
      throw Check.in(
          all.path(),
          (all.isOfPictures() ? "has too few different pictures" : "has too few different texts")
              + " to be split into training, validation"
              + (wanted.length > 2 ? " and test rows, got " : " rows, got ")
              + byText.size());
    }
    return parts;
  }

  /**
   * How many texts of one label each part gets. What whole texts leave over or short is owed to the
   * labels that follow, so that the parts have their shares of all rows, too; but the training rows
   * have at least one of each label.
   */
  private static int[] counts(int texts, double[] wanted, double[] owed) {
    int[] counts = new int[wanted.length];
    int given = 0;
    for (int part = 0; part < counts.length; part++) {
      owed[part] += wanted[part] * texts;
      counts[part] = part == 0 ? 1 : 0;
      given += counts[part];
    }
    while (given < texts) {
      int most = 0;
      for (int part = 1; part < counts.length; part++) {
        most = owed[part] - counts[part] > owed[most] - counts[most] ? part : most;
      }
      counts[most]++;
      given++;
    }
    for (int part = 0; part < counts.length; part++) {
      owed[part] -= counts[part];
    }
    return counts;
  }

  private static List<String> names(Row row) {
    return row.label() == null ? List.of() : row.label().names();
  }

  /** Of several labels the rarest one, so that the training rows have it. */
  private static String stratum(List<Row> group, Map<String, Integer> counts) {
    String domain = group.get(0).domain();
    String label =
        group.stream()
            .filter(row -> Objects.equals(row.domain(), domain))
            .flatMap(row -> names(row).stream())
            .min(
                Comparator.comparingInt((String name) -> counts.getOrDefault(name, 0))
                    .thenComparing(Comparator.naturalOrder()))
            .orElse("");
    return (domain == null ? "" : domain) + "\u0001" + label;
  }

  /** How many rows there are. */
  public int size() {
    return all.rows().size();
  }
}
