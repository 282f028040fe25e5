package io.haori.training.data;

import io.haori.core.digest.Sha256;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A task's data: training, validation and test rows, which are the files {@code train}, {@code
 * validation} and {@code test} of a folder, each {@code .jsonl}, {@code .csv}, {@code .tsv} or
 * {@code .xlsx}, or parts of a single file. Pictures may be in folders of these names with a folder
 * for each class instead, or in class folders that are split. The labels and domains of the
 * training rows are all that a model answers, unless the file {@code labels.txt} fixes the labels.
 * Rows of the other splits with another label count as errors. Where a folder has no validation
 * rows, some of its training rows are held out for that.
 *
 * <pre>{@code
 * Dataset folder = Dataset.read(Path.of("orders"));
 * Dataset file = Dataset.read(Path.of("orders.xlsx"));
 * Dataset own = Dataset.of(List.of(Row.of("a carp", "fish"), Row.of("a hen", "bird"), …)).split(42);
 * }</pre>
 *
 * @param folder or file as the user named it
 * @param labels heads and classes of the training rows
 * @param train what is learnt from
 * @param validation what chooses the epoch
 * @param test what is looked at last
 * @param splitBy shares and seed by which a single file was split, for example {@code 70/15/15,
 *     seed 42}, or that validation rows were held out of a folder's training rows; null for a
 *     folder of three splits
 */
public record Dataset(
    Path folder,
    DomainLabels labels,
    DataFile train,
    DataFile validation,
    DataFile test,
    @Nullable String splitBy) {
  /** The data of a folder. */
  public Dataset(
      Path folder, DomainLabels labels, DataFile train, DataFile validation, DataFile test) {
    this(folder, labels, train, validation, test, null);
  }

  /**
   * Reads the three splits of a folder, or splits a file as {@link DataOptions#USUAL} says.
   *
   * @param folder with train, validation and test; or a single file
   * @return the data, every row of it right
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static Dataset read(Path folder) {
    return read(folder, DataOptions.USUAL);
  }

  /**
   * Reads the three splits of a folder, or splits a file.
   *
   * @param folder with train, validation and test; or a single file
   * @param options what was chosen about the files
   * @return the data, every row of it right
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static Dataset read(Path folder, DataOptions options) {
    var reader = new DatasetReader(folder, options, true);
    if (reader.isUnsplit()) {
      DataFile all = reader.readUnsplit(Labels.ANY);
      Dataset split =
          new UnsplitRows(all, reader::labelsOf).split(options.splitSeed(), options.shares());
      String origin = "the training rows";
      reader.requireKnown(split.validation(), split.labels(), origin);
      reader.requireKnown(split.test(), split.labels(), origin);
      return split;
    }
    DataFile train = reader.read(Split.TRAIN, Labels.ANY);
    DomainLabels labels = reader.labelsOf(train);
    String origin = String.valueOf(train.path().getFileName());
    if (!reader.has(Split.VALIDATION) && reader.has(Split.TEST)) {
      List<DataFile> parts = new UnsplitRows(train, reader::labelsOf).holdOut(options.splitSeed());
      DomainLabels learnt = reader.labelsOf(parts.get(0));
      return new Dataset(
          folder,
          learnt,
          parts.get(0),
          reader.requireKnown(parts.get(1), learnt, origin),
          reader.readKnown(Split.TEST, learnt, origin),
          UnsplitRows.HELD_OUT);
    }
    return new Dataset(
        folder,
        labels,
        train,
        reader.readKnown(Split.VALIDATION, labels, origin),
        reader.readKnown(Split.TEST, labels, origin));
  }

  /**
   * Rows of a program, to be split into training, validation and test rows.
   *
   * @param rows all labelled, with classes or with numbers
   * @return the rows; {@link UnsplitRows#split} makes a dataset of them
   * @throws io.haori.core.check.UserError when a row is wrong; rows are counted from 1
   */
  public static UnsplitRows of(List<Row> rows) {
    return UnsplitRows.of(rows);
  }

  /**
   * Reads one split for a model that was trained before.
   *
   * @param folder with at least this split
   * @param split which one
   * @param labels what the model can answer
   * @return the rows, some of whose labels the model knows
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static DataFile readSplit(Path folder, Split split, DomainLabels labels) {
    return readSplit(folder, split, labels, DataOptions.USUAL);
  }

  /**
   * Reads one split for a model that was trained before, of a folder or of a single file.
   *
   * @param folder with at least this split; or a single file, split as for the training
   * @param split which one
   * @param labels what the model can answer
   * @param options what was chosen about the files
   * @return the rows, some of whose labels the model knows
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static DataFile readSplit(
      Path folder, Split split, DomainLabels labels, DataOptions options) {
    var reader = new DatasetReader(folder, options, false);
    String origin = "the adapter's training data";
    if (!reader.isUnsplit()) {
      return reader.readKnown(split, labels, origin);
    }
    DataFile all = reader.readUnsplit(Labels.of(labels.task(), "those in " + origin));
    DataFile part =
        new UnsplitRows(all, train -> labels)
            .split(options.splitSeed(), options.shares())
            .split(split);
    return reader.requireKnown(part, labels, origin);
  }

  /**
   * Reads the folder's texts without labels.
   *
   * @param folder with {@code corpus.jsonl}, {@code .csv}, {@code .tsv}, {@code .xlsx} or {@code
   *     .txt}; or with pictures, in itself or in {@code corpus}
   * @return the texts
   * @throws io.haori.core.check.UserError for the first thing that is wrong, with file and line
   */
  public static DataFile readCorpus(Path folder) {
    return readCorpus(folder, DataOptions.USUAL);
  }

  /**
   * Whether a place holds texts without labels and nothing else: a {@code .txt} file, or a folder
   * with a corpus but no training rows.
   *
   * @param path a folder or a file
   */
  public static boolean isCorpusAlone(Path path) {
    return DatasetReader.isCorpusAlone(path);
  }

  /**
   * Whether a place has texts and no row of it an answer to learn from: as {@link #isCorpusAlone},
   * or a table none of whose rows has a label, labels, tags or an answer.
   *
   * @param path a folder or a file
   * @param options what was chosen about the file; with a column of labels or a task, a table is
   *     one of labelled rows
   * @throws io.haori.core.check.UserError when the file cannot be read
   */
  public static boolean isUnlabelled(Path path, DataOptions options) {
    return new DatasetReader(path, options, false).isUnlabelled();
  }

  /** The same with what was chosen about the file. */
  public static DataFile readCorpus(Path folder, DataOptions options) {
    return new DatasetReader(folder, options, false).readCorpus(Labels.NONE);
  }

  /**
   * Reads the texts that nobody has labelled yet: of a file, or of a folder's corpus, the rows
   * whose label is missing or blank.
   *
   * @param folder with a corpus, or a file
   * @param options how it is read
   * @return the texts
   * @throws io.haori.core.check.UserError for the first thing that is wrong, or when all rows have
   *     a label
   */
  public static DataFile readUnlabelled(Path folder, DataOptions options) {
    return new DatasetReader(folder, options, false).readCorpus(Labels.MISSING);
  }

  /**
   * The same with a part of the training rows, in which every class has its share.
   *
   * @param most how many at most
   * @param seed decides which
   * @return this when there are no more
   * @throws io.haori.core.check.UserError when there are fewer than classes
   */
  public Dataset withTrainRows(int most, long seed) {
    if (most >= train.rows().size()) {
      return this;
    }
    int[] taken = new StratifiedRows(train, labels).take(most, seed);
    List<Row> rows = Arrays.stream(taken).mapToObj(train.rows()::get).toList();
    String lines = Arrays.toString(rows.stream().mapToLong(Row::line).toArray());
    String digest = Sha256.of(train.sha256() + lines);
    return new Dataset(
        folder, labels, new DataFile(train.path(), rows, digest), validation, test, splitBy);
  }

  /**
   * The same with rows added to those that are learnt from.
   *
   * @param added after the training rows
   * @param what was added, in words that set it apart from other additions
   */
  public Dataset withMoreTrainRows(List<Row> added, String what) {
    List<Row> rows = Stream.concat(train.rows().stream(), added.stream()).toList();
    String digest = Sha256.of(train.sha256() + " " + what);
    DataFile more = new DataFile(train.path(), rows, digest, train.encodingFound());
    return new Dataset(folder, labels, more, validation, test, splitBy);
  }

  /**
   * The same with the validation rows among the training rows, for a fit whose choices are made by
   * cross-validation. Ready-made splits stay as they are: this of a folder.
   */
  public Dataset learntWhole() {
    if (splitBy == null) {
      return this;
    }
    List<Row> rows =
        Stream.concat(train.rows().stream(), validation.rows().stream())
            .sorted(Comparator.comparingLong(Row::line))
            .toList();
    String digest = Sha256.of(train.sha256() + " " + validation.sha256());
    return new Dataset(
        folder,
        labels,
        new DataFile(train.path(), rows, digest, train.encodingFound()),
        new DataFile(validation.path(), List.of(), validation.sha256()),
        test,
        splitBy);
  }

  /**
   * The rows of a split.
   *
   * @param split which one
   * @return its file
   */
  public DataFile split(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }
}
