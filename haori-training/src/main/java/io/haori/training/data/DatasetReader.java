package io.haori.training.data;

import io.haori.check.Check;
import io.haori.check.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the files of a dataset's folder and holds their rows against each other. */
final class DatasetReader {
  /** How many known names an error lists. */
  private static final int NAMES_SHOWN = 12;

  private final Path folder;

  DatasetReader(Path folder) {
    if (!Files.exists(folder)) {
      throw Check.in(folder, "must be a folder with a dataset, but nothing is there");
    }
    if (!Files.isDirectory(folder)) {
      throw Check.in(folder, "must be a folder with a dataset, got a file");
    }
    this.folder = folder;
  }

  DataFile read(Split split, Labels wanted) {
    return RowFiles.read(find(split.fileName(), wanted), wanted);
  }

  DataFile readCorpus() {
    return RowFiles.read(find("corpus", Labels.NONE), Labels.NONE);
  }

  /** Reads a split all of whose labels and domains must be known. */
  DataFile readKnown(Split split, DomainLabels labels, String origin) {
    DataFile file = read(split, Labels.of(labels.kind(), "those in " + origin));
    for (Row row : file.rows()) {
      int head =
          labels
              .headOf(row.domain())
              .orElseThrow(() -> unknownDomain(file.path(), row, labels, origin));
      if (row.label() instanceof Label.ClassName name) {
        LabelSet known = labels.heads().get(head).labels();
        if (known.indexOf(name.name()).isEmpty()) {
          throw Check.at(
              file.path(),
              row.line(),
              "label must be one of those in "
                  + origin
                  + " ("
                  + shown(known.names())
                  + "), got \""
                  + name.name()
                  + "\"");
        }
      }
    }
    return file;
  }

  /** The labels of the training rows, of which every domain needs two. */
  DomainLabels labelsOf(DataFile train) {
    requireDomainsOnAllOrNone(train);
    DomainLabels labels = DomainLabels.of(train.rows());
    for (DomainLabels.Head head : labels.heads()) {
      List<Label> distinct =
          train.rows().stream()
              .filter(row -> labels.size() == 1 || head.domain().equals(row.domain()))
              .map(Row::label)
              .distinct()
              .limit(2)
              .toList();
      if (distinct.size() < 2) {
        throw Check.in(
            train.path(),
            "must have at least two different labels"
                + (labels.size() == 1 ? "" : " in the domain \"" + head.domain() + "\"")
                + ", got only "
                + worded(distinct.get(0)));
      }
    }
    return labels;
  }

  private static void requireDomainsOnAllOrNone(DataFile train) {
    Row first = train.rows().get(0);
    for (Row row : train.rows()) {
      if ((row.domain() == null) != (first.domain() == null)) {
        Row lacking = row.domain() == null ? row : first;
        Row having = row.domain() == null ? first : row;
        throw Check.at(
            train.path(),
            lacking.line(),
            "domain is missing, but line " + having.line() + " has one; give all rows one or none");
      }
    }
  }

  private static String worded(Label label) {
    return label instanceof Label.ClassName name
        ? "\"" + name.name() + "\""
        : "the number " + ((Label.Numeric) label).value();
  }

  private static UserError unknownDomain(Path file, Row row, DomainLabels labels, String origin) {
    List<String> known = labels.heads().stream().map(DomainLabels.Head::domain).toList();
    return Check.at(
        file,
        row.line(),
        "domain must be one of those in "
            + origin
            + " ("
            + shown(known)
            + "), got "
            + (row.domain() == null ? "none" : "\"" + row.domain() + "\""));
  }

  private static String shown(List<String> names) {
    String listed =
        names.stream()
            .limit(NAMES_SHOWN)
            .map(n -> "\"" + n + "\"")
            .collect(Collectors.joining(", "));
    int more = names.size() - NAMES_SHOWN;
    return more > 0 ? listed + " and " + more + " more" : listed;
  }

  private Path find(String name, Labels wanted) {
    List<String> endings =
        wanted.needed()
            ? List.of(".jsonl", ".csv", ".tsv")
            : List.of(".jsonl", ".csv", ".tsv", ".txt");
    List<String> found =
        endings.stream().map(e -> name + e).filter(f -> Files.exists(folder.resolve(f))).toList();
    if (found.isEmpty()) {
      throw Check.in(
          folder,
          "must have the file "
              + name
              + ".jsonl (or "
              + String.join(", ", endings.subList(1, endings.size()))
              + "), but it has none");
    }
    if (found.size() > 1) {
      throw Check.in(folder, "must have one file " + name + ", got " + String.join(" and ", found));
    }
    return folder.resolve(found.get(0));
  }
}
