package io.haori.training.data.summary;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.group.RowGroups;
import io.haori.training.data.group.TextKey;
import io.haori.training.data.image.SamePictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is in a dataset, and what may make its scores say less than they seem to: rows that are cut,
 * test rows that were learnt from, labels that nothing was learnt about. Texts are the same when
 * they differ in blanks and the width of letters alone (Unicode's NFKC).
 *
 * @param splits training, validation and test rows
 * @param warnings the most important first
 */
public record DataSummary(List<SplitSummary> splits, List<DataWarning> warnings) {
  private static final int MOST_EXAMPLES = 3;

  /** One of the two labels is wrong, so that each is worth a look. */
  private static final int MOST_CONTRADICTIONS = 20;

  /** Longer than any text that is read, so that nothing is cut while it is measured. */
  private static final int UNCUT = 1 << 20;

  /** Copies the lists. */
  public DataSummary {
    splits = List.copyOf(splits);
    warnings = List.copyOf(warnings);
  }

  /**
   * Counts.
   *
   * @param data as it was read
   * @param reader of the base; null to count no tokens
   * @param maxLength tokens of a row that are read
   * @return the counts
   */
  public static DataSummary of(Dataset data, @Nullable RowReader reader, int maxLength) {
    return new Counting(data, reader, maxLength).summary();
  }

  /**
   * Counts what is in texts without labels, such as a corpus.
   *
   * @param file as it was read
   * @param reader of the base; null to count no tokens
   * @param maxLength tokens of a text that are read
   * @return the counts of the one file, called {@code corpus}
   */
  public static DataSummary ofTexts(DataFile file, @Nullable RowReader reader, int maxLength) {
    List<DataWarning> warnings = new ArrayList<>();
    SplitSummary summary =
        Counting.summary("corpus", file, TaskCatalogue.CLASSIFICATION, reader, maxLength, warnings);
    Counting.repeated(file, "", warnings);
    Counting.encoding(file, warnings);
    return new DataSummary(List.of(summary), warnings);
  }

  /** How well the base reads all splits together; nothing where there was no base. */
  public TextCoverage coverage() {
    TextCoverage all = TextCoverage.NONE;
    for (SplitSummary split : splits) {
      all = split.coverage() == null ? all : all.plus(split.coverage());
    }
    return all;
  }

  /** One pass over a dataset. */
  private static final class Counting {
    private final Dataset data;
    private final @Nullable RowReader reader;
    private final int maxLength;
    private final List<SplitSummary> splits = new ArrayList<>();
    private final List<DataWarning> warnings = new ArrayList<>();
    private final Map<String, Row> learnt = new HashMap<>();
    private final SamePictures pictures;

    Counting(Dataset data, @Nullable RowReader reader, int maxLength) {
      this.data = data;
      this.reader = reader;
      this.maxLength = maxLength;
      data.train().rows().forEach(row -> learnt.putIfAbsent(TextKey.of(row), row));
      pictures = new SamePictures(data.train().rows());
    }

    DataSummary summary() {
      for (Split split : List.of(Split.TEST, Split.VALIDATION)) {
        leaks(split);
        unknownLabels(split);
      }
      List<DataWarning> cuts = new ArrayList<>();
      for (Split split : Split.values()) {
        Task task = data.labels().task();
        splits.add(summary(split.fileName(), data.split(split), task, reader, maxLength, cuts));
      }
      warnings.addAll(cuts);
      contradictions();
      repeated(data.train(), "training ", warnings);
      untrainedLabels();
      scarceLabels();
      groups();
      encodings();
      return new DataSummary(splits, warnings);
    }

    private static SplitSummary summary(
        String name,
        DataFile file,
        Task task,
        @Nullable RowReader reader,
        int maxLength,
        List<DataWarning> cuts) {
      Map<String, Long> labels = new HashMap<>();
      Set<String> texts = new HashSet<>();
      int longest = 0;
      for (Row row : file.rows()) {
        texts.add(TextKey.of(row));
        int second = row.textPair() == null ? 0 : row.textPair().length();
        longest = Math.max(longest, row.text().length() + second);
        if (row.label() != null) {
          row.label().names().forEach(label -> labels.merge(label, 1L, Long::sum));
        }
      }
      TextCoverage coverage = null;
      if (reader != null) {
        TokenizedRows rows = reader.read(file.rows(), UNCUT, task);
        int[] lengths = rows.lengths();
        // A picture has the tokens that its base reads, whatever texts may have.
        int most = file.rows().stream().anyMatch(row -> row.picture() != null) ? UNCUT : maxLength;
        int cut = (int) Arrays.stream(lengths).filter(length -> length > most).count();
        TextCoverage whole = rows.coverage();
        coverage =
            new TextCoverage(
                lengths.length, cut, whole.longest(), whole.tokens(), whole.unknownTokens());
        cuts(name, file, lengths, most, coverage, cuts);
        if (task.readsWords()) {
          TokenizedRows read = reader.read(file.rows(), maxLength, task);
          words(name, file, read, maxLength, cuts);
        }
      }
      return new SplitSummary(
          name,
          file.path().toString(),
          file.rows().size(),
          labels,
          longest,
          coverage,
          file.rows().size() - texts.size());
    }

    private static void cuts(
        String name,
        DataFile file,
        int[] lengths,
        int maxLength,
        TextCoverage coverage,
        List<DataWarning> cuts) {
      if (coverage.cutRows() == 0) {
        return;
      }
      List<String> examples = new ArrayList<>();
      for (int row = 0; row < lengths.length && examples.size() < MOST_EXAMPLES; row++) {
        if (lengths[row] > maxLength) {
          examples.add(position(file.path(), file.rows().get(row)));
        }
      }
      cuts.add(
          new DataWarning(
              "cut",
              coverage.cutRows(),
              String.format(
                  Locale.ROOT,
                  "%d of %d %s texts are longer than %d tokens and are cut; the longest has %d"
                      + " (the setting maxLength reads more)",
                  coverage.cutRows(),
                  coverage.rows(),
                  word(name),
                  maxLength,
                  coverage.longest()),
              examples));
    }

    /** Words that lose their tag, and texts whose words cannot be found. */
    private static void words(
        String name, DataFile file, TokenizedRows rows, int maxLength, List<DataWarning> warnings) {
      int cut = rows.cutWords();
      if (cut > 0) {
        warnings.add(
            new DataWarning(
                "cut-words",
                cut,
                cut
                    + " "
                    + word(name)
                    + " words are behind the first "
                    + maxLength
                    + " tokens of their row: nothing is learnt of them, and they count as outside",
                List.of()));
      }
      List<Row> unsplit = file.rows().stream().filter(Row::isUnsplit).toList();
      if (!unsplit.isEmpty()) {
        warnings.add(
            new DataWarning(
                "unsplit",
                unsplit.size(),
                unsplit.size()
                    + " "
                    + word(name)
                    + " texts have no blanks between words, so each is one word; give words as"
                    + " tokens",
                unsplit.stream()
                    .limit(MOST_EXAMPLES)
                    .map(row -> position(file.path(), row))
                    .toList()));
      }
    }

    private static String word(String name) {
      return name.equals(Split.TRAIN.fileName()) ? word(Split.TRAIN) : name;
    }

    private void leaks(Split split) {
      DataFile file = data.split(split);
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (Row row : file.rows()) {
        Row same = row.image() == null ? learnt.get(TextKey.of(row)) : pictures.find(row);
        if (same != null) {
          found++;
          if (examples.size() < MOST_EXAMPLES) {
            examples.add(position(file.path(), row) + " = " + position(data.train().path(), same));
          }
        }
      }
      if (found > 0) {
        warnings.add(
            new DataWarning(
                split.fileName() + "-in-training",
                found,
                found
                    + " of "
                    + file.rows().size()
                    + " "
                    + word(split)
                    + " rows are training rows, which a model may know by heart",
                examples));
      }
    }

    private void unknownLabels(Split split) {
      DataFile file = data.split(split);
      Targets targets = Targets.of(file.rows(), data.labels());
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (int row = 0; row < targets.size(); row++) {
        if (targets.hasUnknown(row) && found++ < MOST_EXAMPLES) {
          examples.add(position(file.path(), file.rows().get(row)));
        }
      }
      if (found > 0) {
        warnings.add(
            new DataWarning(
                "unknown-labels",
                found,
                found
                    + " of "
                    + file.rows().size()
                    + " "
                    + word(split)
                    + " rows have labels that training lacks ("
                    + String.join(", ", targets.unknown())
                    + "); they count as errors",
                examples));
      }
    }

    /** Of a single file in all parts: rows of one text are in one of them, whichever it is. */
    private void contradictions() {
      boolean single = data.splitBy() != null;
      List<Row> rows = single ? all() : data.train().rows();
      Map<String, Row> first = new HashMap<>();
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (Row row : rows) {
        String text = TextKey.of(row) + "\u0001" + row.domain();
        Row same = first.putIfAbsent(text, row);
        if (same != null && row.label() != null && !row.label().equals(same.label())) {
          found++;
          if (examples.size() < MOST_CONTRADICTIONS) {
            Path file = data.train().path();
            examples.add(position(file, row) + " and " + position(file, same));
          }
        }
      }
      if (found > 0) {
        warnings.add(
            new DataWarning(
                "contradictions",
                found,
                found
                    + (single ? "" : " training")
                    + " rows have the text of another with another label",
                examples));
      }
    }

    private List<Row> all() {
      List<Row> all = new ArrayList<>();
      for (Split split : Split.values()) {
        all.addAll(data.split(split).rows());
      }
      all.sort(Comparator.comparingLong(Row::line));
      return all;
    }

    private static void repeated(DataFile file, String which, List<DataWarning> warnings) {
      Set<String> seen = new HashSet<>();
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (Row row : file.rows()) {
        if (!seen.add(TextKey.of(row)) && found++ < MOST_EXAMPLES) {
          examples.add(position(file.path(), row));
        }
      }
      if (found > 0) {
        warnings.add(
            new DataWarning(
                "duplicates",
                found,
                found
                    + " of "
                    + file.rows().size()
                    + " "
                    + which
                    + "rows repeat the text of an earlier one",
                examples));
      }
    }

    /** Labels of one training row, and labels that are more than the rows. */
    private void scarceLabels() {
      int rows = data.train().rows().size();
      int labels =
          data.labels().heads().stream().mapToInt(head -> head.labels().names().size()).sum();
      if (labels > rows) {
        warnings.add(
            new DataWarning(
                "more-labels-than-rows",
                labels,
                "there are " + labels + " labels and only " + rows + " training rows",
                List.of()));
      }
      Map<String, List<Row>> byLabel = new TreeMap<>();
      for (Row row : data.train().rows()) {
        if (row.label() != null) {
          String domain = row.domain() == null ? "" : row.domain() + ": ";
          row.label()
              .names()
              .forEach(
                  name -> byLabel.computeIfAbsent(domain + name, k -> new ArrayList<>()).add(row));
        }
      }
      byLabel.values().removeIf(ours -> ours.size() > 1);
      if (!byLabel.isEmpty()) {
        int found = byLabel.size();
        warnings.add(
            new DataWarning(
                "single-rows",
                found,
                (found == 1 ? "1 label has" : found + " labels have")
                    + " a single training row, which cannot be held out",
                byLabel.entrySet().stream()
                    .limit(MOST_EXAMPLES)
                    .map(
                        entry ->
                            position(data.train().path(), entry.getValue().get(0))
                                + " ("
                                + entry.getKey()
                                + ")")
                    .toList()));
      }
    }

    /** Classes that a person fixed and no training row has. */
    private void untrainedLabels() {
      Set<String> missing = new TreeSet<>();
      for (DomainLabels.Head head : data.labels().heads()) {
        missing.addAll(head.labels().names());
      }
      data.train().rows().stream()
          .map(Row::label)
          .filter(Objects::nonNull)
          .forEach(label -> label.names().forEach(missing::remove));
      if (!missing.isEmpty()) {
        warnings.add(
            new DataWarning(
                "untrained-labels",
                missing.size(),
                "no training row has the labels " + String.join(", ", missing),
                List.of()));
      }
    }

    /** Of a single file: what was kept in one part though the texts differ. */
    private void groups() {
      if (data.splitBy() == null) {
        return;
      }
      List<Row> all = all();
      List<List<Integer>> together = RowGroups.of(all).ofDifferentTexts();
      if (!together.isEmpty()) {
        int rows = together.stream().mapToInt(List::size).sum();
        warnings.add(
            new DataWarning(
                "groups",
                together.size(),
                rows
                    + " rows are in "
                    + together.size()
                    + (together.size() == 1 ? " group" : " groups")
                    + ", each kept in one part: they have one group or nearly identical texts",
                together.stream()
                    .limit(MOST_EXAMPLES)
                    .map(
                        group ->
                            position(data.train().path(), all.get(group.get(0)))
                                + " = "
                                + position(data.train().path(), all.get(group.get(1))))
                    .toList()));
      }
    }

    private void encodings() {
      Set<String> seen = new HashSet<>();
      for (Split split : Split.values()) {
        if (seen.add(data.split(split).path().toString())) {
          encoding(data.split(split), warnings);
        }
      }
    }

    private static void encoding(DataFile file, List<DataWarning> warnings) {
      if (file.encodingFound() != null) {
        warnings.add(
            new DataWarning(
                "encoding",
                file.rows().size(),
                file.path().getFileName()
                    + " is read as "
                    + file.encodingFound()
                    + "; the setting encoding chooses another",
                List.of()));
      }
    }

    private static String word(Split split) {
      return split == Split.TRAIN ? "training" : split.fileName();
    }

    /** Where a row is; a picture is known by its name. */
    private static String position(Path file, Row row) {
      return row.image() == null ? file.getFileName() + ":" + row.line() : row.text();
    }
  }
}
