package io.haori.training.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A task's data: a folder with the files {@code train}, {@code validation} and {@code test}, each
 * as {@code .jsonl}, {@code .csv} or {@code .tsv}, and perhaps a {@code corpus} without labels. The
 * labels and domains of the training rows are all there are; the other splits may not name more.
 *
 * @param folder as the user named it
 * @param labels heads and classes of the training rows
 * @param train what is learnt from
 * @param validation what chooses the epoch
 * @param test what is looked at last
 */
public record Dataset(
    Path folder, DomainLabels labels, DataFile train, DataFile validation, DataFile test) {
  /**
   * Reads the three splits of a folder.
   *
   * @param folder with train, validation and test
   * @return the data, every row of it right
   * @throws io.haori.check.UserError for the first thing that is wrong, with file and line
   */
  public static Dataset read(Path folder) {
    var reader = new DatasetReader(folder);
    DataFile train = reader.read(Split.TRAIN, Labels.ANY);
    DomainLabels labels = reader.labelsOf(train);
    String origin = String.valueOf(train.path().getFileName());
    return new Dataset(
        folder,
        labels,
        train,
        reader.readKnown(Split.VALIDATION, labels, origin),
        reader.readKnown(Split.TEST, labels, origin));
  }

  /**
   * Reads one split for a model that was trained before.
   *
   * @param folder with at least this split
   * @param split which one
   * @param labels what the model can answer
   * @return the rows, all of whose labels the model knows
   * @throws io.haori.check.UserError for the first thing that is wrong, with file and line
   */
  public static DataFile readSplit(Path folder, Split split, DomainLabels labels) {
    return new DatasetReader(folder).readKnown(split, labels, "the adapter's training data");
  }

  /**
   * Reads the folder's texts without labels.
   *
   * @param folder with {@code corpus.jsonl}, {@code .csv}, {@code .tsv} or {@code .txt}
   * @return the texts
   * @throws io.haori.check.UserError for the first thing that is wrong, with file and line
   */
  public static DataFile readCorpus(Path folder) {
    return new DatasetReader(folder).readCorpus();
  }

  /**
   * The same with a part of the training rows, in which every class has its share.
   *
   * @param most how many at most
   * @param seed decides which
   * @return this when there are no more
   * @throws io.haori.check.UserError when there are fewer than classes
   */
  public Dataset withTrainRows(int most, long seed) {
    if (most >= train.rows().size()) {
      return this;
    }
    int[] taken = new StratifiedRows(train, labels).take(most, seed);
    List<Row> rows = Arrays.stream(taken).mapToObj(train.rows()::get).toList();
    String lines = Arrays.toString(rows.stream().mapToLong(Row::line).toArray());
    String digest = RowFiles.sha256Of(train.sha256() + lines);
    return new Dataset(folder, labels, new DataFile(train.path(), rows, digest), validation, test);
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
