package io.haori.training.data.summary;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.group.RowGroups;
import io.haori.training.data.group.TextKey;
import io.haori.training.data.image.SamePictures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        SplitCount.of("corpus", file, TaskCatalogue.CLASSIFICATION, reader, maxLength, warnings);
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
      LabelWarnings labels = new LabelWarnings(data, warnings);
      for (Split split : List.of(Split.TEST, Split.VALIDATION)) {
        leaks(split);
        labels.unknownLabels(split);
      }
      List<DataWarning> cuts = new ArrayList<>();
      for (Split split : Split.values()) {
        Task task = data.labels().task();
        splits.add(
            SplitCount.of(split.fileName(), data.split(split), task, reader, maxLength, cuts));
      }
      warnings.addAll(cuts);
      labels.contradictions();
      repeated(data.train(), "training ", warnings);
      labels.untrainedLabels();
      labels.scarceLabels();
      groups();
      encodings();
      return new DataSummary(splits, warnings);
    }

    private void leaks(Split split) {
      DataFile file = data.split(split);
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (Row row : file.rows()) {
        Row same = row.image() == null ? learnt.get(TextKey.of(row)) : pictures.find(row);
        if (same != null) {
          found++;
          if (examples.size() < RowPlaces.MOST_EXAMPLES) {
            examples.add(
                RowPlaces.position(file.path(), row)
                    + " = "
                    + RowPlaces.position(data.train().path(), same));
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
                    + RowPlaces.word(split)
                    + " rows are training rows, which a model may know by heart",
                examples));
      }
    }

    private static void repeated(DataFile file, String which, List<DataWarning> warnings) {
      Set<String> seen = new HashSet<>();
      List<String> examples = new ArrayList<>();
      int found = 0;
      for (Row row : file.rows()) {
        if (!seen.add(TextKey.of(row)) && found++ < RowPlaces.MOST_EXAMPLES) {
          examples.add(RowPlaces.position(file.path(), row));
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

    /** Of a single file: what was kept in one part though the texts differ. */
    private void groups() {
      if (data.splitBy() == null) {
        return;
      }
      List<Row> all = RowPlaces.all(data);
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
                    .limit(RowPlaces.MOST_EXAMPLES)
                    .map(
                        group ->
                            RowPlaces.position(data.train().path(), all.get(group.get(0)))
                                + " = "
                                + RowPlaces.position(data.train().path(), all.get(group.get(1))))
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
  }
}
