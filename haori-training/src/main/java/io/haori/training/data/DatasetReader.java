package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.image.ImageFolder;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the files of a dataset's folder and compares their rows with each other. */
final class DatasetReader {
  /** How many known names an error lists. */
  private static final int NAMES_SHOWN = 12;

  /** Plain text, which has no labels, is last. */
  private static final List<String> CORPUS_ENDINGS =
      List.of(".jsonl", ".csv", ".tsv", ".xlsx", ".txt");

  private final Path folder;
  private final DataOptions options;
  private final LabelNames.@Nullable Fixed fixed;

  /** Whoever has labels already does not let the folder fix them. */
  DatasetReader(Path folder, DataOptions options, boolean mayFixLabels) {
    if (!Files.exists(folder)) {
      throw Check.in(folder, "must be a folder with a dataset or a file, but nothing is there");
    }
    this.folder = folder;
    this.options = options;
    fixed = mayFixLabels ? LabelNames.of(options.labels(), folder, options) : null;
  }

  /** Whether a place has texts but no labels: plain text, or a corpus and no training rows. */
  static boolean isCorpusAlone(Path path) {
    if (Files.isDirectory(path.resolve("corpus"))) {
      return ImageFolder.hasPictures(path.resolve("corpus"))
          && !ImageFolder.hasClasses(path.resolve(Split.TRAIN.fileName()));
    }
    if (!Files.isDirectory(path)) {
      return RecordFormat.of(path).filter(format -> format == RecordFormat.TXT).isPresent();
    }
    return CORPUS_ENDINGS.stream().anyMatch(e -> Files.exists(path.resolve("corpus" + e)))
        && CORPUS_ENDINGS.stream()
            .noneMatch(e -> Files.exists(path.resolve(Split.TRAIN.fileName() + e)));
  }

  /**
   * Whether a place has texts but no labels: {@link #isCorpusAlone}, or a file none of whose rows
   * has an answer of any task, and for which no column of labels or task was chosen.
   */
  boolean isUnlabelled() {
    if (isCorpusAlone(folder)) {
      return true;
    }
    boolean chosen = options.columns().label() != null || options.task() != null;
    if (chosen || !Files.isRegularFile(folder) || RecordFormat.of(folder).isEmpty()) {
      return false;
    }
    try (Records records = Records.open(folder, options.read())) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        if (RowFields.hasAnswer(one)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether all rows are in one file, or in class folders, and must be split. */
  boolean isUnsplit() {
    return !Files.isDirectory(folder) || isClassFolders();
  }

  private boolean isClassFolders() {
    return !has(Split.TRAIN) && !has(Split.TEST) && ImageFolder.hasClasses(folder);
  }

  /** All rows of what is not split, with any labels. */
  DataFile readUnsplit(Labels wanted) {
    return Files.isDirectory(folder)
        ? images(folder, wanted)
        : RowFiles.read(folder, wanted, options);
  }

  /** Whether the folder has a file of a split, or a folder of class folders. */
  boolean has(Split split) {
    return hasImages(split) || hasFile(split);
  }

  /** Whether a split is a folder of class folders. */
  boolean hasImages(Split split) {
    return ImageFolder.hasClasses(folder.resolve(split.fileName()));
  }

  private boolean hasFile(Split split) {
    return CORPUS_ENDINGS.stream()
        .anyMatch(ending -> Files.exists(folder.resolve(split.fileName() + ending)));
  }

  DataFile read(Split split, Labels wanted) {
    if (hasImages(split)) {
      if (hasFile(split)) {
        throw Check.in(
            folder, "must have class folders or a file for " + split.fileName() + ", has both");
      }
      return images(folder.resolve(split.fileName()), wanted);
    }
    return RowFiles.read(find(split.fileName(), wanted), wanted, options);
  }

  private DataFile images(Path place, Labels wanted) {
    return ImageRows.ofClasses(
        folder, place, wanted.task() == null ? options.task() : wanted.task());
  }

  /** Whether the folder itself is one of pictures, and nothing else was meant by it. */
  private boolean isPicturesAlone() {
    return Files.isDirectory(folder)
        && CORPUS_ENDINGS.stream().noneMatch(e -> Files.exists(folder.resolve("corpus" + e)))
        && !has(Split.TRAIN)
        && !has(Split.TEST)
        && ImageFolder.hasPictures(folder);
  }

  DataFile readCorpus(Labels wanted) {
    Path images = folder.resolve("corpus");
    if (ImageFolder.hasPictures(images)) {
      return ImageRows.ofAll(images);
    }
    if (isPicturesAlone()) {
      return ImageRows.ofAll(folder);
    }
    Path file = Files.isDirectory(folder) ? find("corpus", wanted) : folder;
    return RowFiles.read(file, wanted, options);
  }

  /** Reads a split all of whose domains must be known, and some of its labels. */
  DataFile readKnown(Split split, DomainLabels labels, String origin) {
    return requireKnown(
        read(split, Labels.of(labels.task(), "those in " + origin)), labels, origin);
  }

  /**
   * Labels that nothing was learnt about are errors of the model, not of the data; but where there
   * is no other, or the classes were fixed by a person, something was mixed up.
   */
  DataFile requireKnown(DataFile file, DomainLabels labels, String origin) {
    Row unknown = null;
    boolean any = false;
    for (Row row : file.rows()) {
      int head =
          labels
              .headOf(row.domain())
              .orElseThrow(() -> unknownDomain(file.path(), row, labels, origin));
      if (unknownName(row, labels.heads().get(head).labels()).isPresent()) {
        unknown = unknown == null ? row : unknown;
      } else {
        any = true;
      }
    }
    if (unknown != null && (!any || fixed != null)) {
      int head = labels.headOf(unknown.domain()).orElseThrow();
      String source = fixed == null ? origin : String.valueOf(fixed.file().getFileName());
      throw unknownLabel(file.path(), unknown, labels.heads().get(head).labels(), source);
    }
    return file;
  }

  private static Optional<String> unknownName(Row row, LabelSet known) {
    return row.label() == null
        ? Optional.empty()
        : row.label().names().stream().filter(name -> known.indexOf(name).isEmpty()).findFirst();
  }

  private static UserError unknownLabel(Path file, Row row, LabelSet known, String origin) {
    return Check.at(
        file,
        row.line(),
        "label must be one of those in "
            + origin
            + " ("
            + shown(known.names())
            + "), got \""
            + unknownName(row, known).orElseThrow()
            + "\"");
  }

  /** The labels of the training rows, of which every domain needs two. */
  DomainLabels labelsOf(DataFile train) {
    requireDomainsOnAllOrNone(train);
    Task task = TaskCatalogue.of(Objects.requireNonNull(train.rows().get(0).label()));
    boolean classes = task.leastClasses() > 0;
    DomainLabels labels =
        DomainLabels.of(task, train.rows(), fixed == null || !classes ? null : fixed.labels());
    if (fixed != null) {
      if (!classes) {
        throw Check.in(fixed.file(), "fixes classes, but the labels are numbers");
      }
      requireKnown(train, labels, String.valueOf(fixed.file().getFileName()));
    }
    int least = classes ? task.leastClasses() : 2;
    for (DomainLabels.Head head : labels.heads()) {
      List<String> distinct =
          train.rows().stream()
              .filter(row -> labels.size() == 1 || head.domain().equals(row.domain()))
              .flatMap(row -> worded(Objects.requireNonNull(row.label())))
              .distinct()
              .limit(least)
              .toList();
      if (distinct.size() < least) {
        throw Check.in(
            train.path(),
            (least == 1
                    ? "must have at least one label"
                    : "must have at least two different labels")
                + (labels.size() == 1 ? "" : " in the domain \"" + head.domain() + "\"")
                + ", got "
                + (distinct.isEmpty() ? "none" : "only " + distinct.get(0)));
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

  private static Stream<String> worded(Label label) {
    return label instanceof Label.Numeric number
        ? Stream.of("the number " + number.value())
        : label.names().stream().map(name -> '"' + name + '"');
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

  Path find(String name, Labels wanted) {
    List<String> endings = wanted.needed() ? CORPUS_ENDINGS.subList(0, 4) : CORPUS_ENDINGS;
    List<String> found =
        endings.stream().map(e -> name + e).filter(f -> Files.exists(folder.resolve(f))).toList();
    Path empty = folder.resolve(name);
    if (found.isEmpty() && wanted.needed() && Files.isDirectory(empty)) {
      throw Check.in(
          empty, "must have a folder of pictures for each class, or be a file of rows, has none");
    }
    if (found.isEmpty() && wanted.needed() && ImageFolder.hasPictures(folder)) {
      boolean split = Stream.of(Split.values()).anyMatch(this::hasImages);
      throw Check.in(
          folder,
          split
              ? "must have the folder "
                  + name
                  + " with a folder of pictures for each class, but it has none"
              : "must have a folder of pictures for each class, but its pictures are in none");
    }
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
