package io.haori.training.data.summary;

import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.group.TextKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Warns of labels: such as contradict each other, that are missing or that are scarce. */
final class LabelWarnings {
  /** One of the two labels is wrong, so that each is worth a look. */
  private static final int MOST_CONTRADICTIONS = 20;

  private final Dataset data;
  private final List<DataWarning> warnings;

  /**
   * Of a dataset.
   *
   * @param warnings gets them
   */
  LabelWarnings(Dataset data, List<DataWarning> warnings) {
    this.data = data;
    this.warnings = warnings;
  }

  /** Labels of a split that training lacks. */
  void unknownLabels(Split split) {
    DataFile file = data.split(split);
    Targets targets = Targets.of(file.rows(), data.labels());
    List<String> examples = new ArrayList<>();
    int found = 0;
    for (int row = 0; row < targets.size(); row++) {
      if (targets.hasUnknown(row) && found++ < RowPlaces.MOST_EXAMPLES) {
        examples.add(RowPlaces.position(file.path(), file.rows().get(row)));
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
                  + RowPlaces.word(split)
                  + " rows have labels that training lacks ("
                  + String.join(", ", targets.unknown())
                  + "); they count as errors",
              examples));
    }
  }

  /** Of a single file in all parts: rows of one text are in one of them, whichever it is. */
  void contradictions() {
    boolean single = data.splitBy() != null;
    List<Row> rows = single ? RowPlaces.all(data) : data.train().rows();
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
          examples.add(RowPlaces.position(file, row) + " and " + RowPlaces.position(file, same));
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

  /** Labels of one training row, and labels that are more than the rows. */
  void scarceLabels() {
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
                  .limit(RowPlaces.MOST_EXAMPLES)
                  .map(
                      entry ->
                          RowPlaces.position(data.train().path(), entry.getValue().get(0))
                              + " ("
                              + entry.getKey()
                              + ")")
                  .toList()));
    }
  }

  /** Classes that a person fixed and no training row has. */
  void untrainedLabels() {
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
}
