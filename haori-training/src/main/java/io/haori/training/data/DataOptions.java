package io.haori.training.data;

import io.haori.inference.task.spi.Task;
import io.haori.training.data.records.ReadOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What can be chosen about how data are read. What is null is found out from the data.
 *
 * @param read encoding, delimiter and sheet of the files
 * @param columns under which names the parts of a row are
 * @param task whether labels are classes or numbers; needed only where whole numbers may be either
 * @param labels a file with the name of each class on a line of its own: then these are the
 *     classes, in whatever rows they occur; null for the file {@code labels.txt} of a folder, or
 *     without one for the labels of the training rows
 * @param shares of the splits where all rows are in one file
 * @param splitSeed decides which of its rows are in which split
 */
public record DataOptions(
    ReadOptions read,
    Columns columns,
    @Nullable Task task,
    @Nullable Path labels,
    SplitShares shares,
    long splitSeed) {
  /** The seed of splits when none is chosen. */
  public static final long DEFAULT_SPLIT_SEED = 42;

  /** Finds everything out; the usual names of columns. */
  public static final DataOptions USUAL =
      new DataOptions(
          ReadOptions.DETECT, Columns.USUAL, null, null, SplitShares.USUAL, DEFAULT_SPLIT_SEED);

  /** The same for another split of a single file. */
  public DataOptions withSplit(SplitShares otherShares, long otherSeed) {
    return new DataOptions(read, columns, task, labels, otherShares, otherSeed);
  }

  /** The same with other columns. */
  public DataOptions withColumns(Columns other) {
    return new DataOptions(read, other, task, labels, shares, splitSeed);
  }

  /** The same for another task, or null for what the labels say. */
  public DataOptions withTask(@Nullable Task other) {
    return new DataOptions(read, columns, other, labels, shares, splitSeed);
  }

  /** The same with another file of labels. */
  public DataOptions withLabels(@Nullable Path other) {
    return new DataOptions(read, columns, task, other, shares, splitSeed);
  }

  /** The same for files that are read otherwise. */
  public DataOptions withRead(ReadOptions other) {
    return new DataOptions(other, columns, task, labels, shares, splitSeed);
  }
}
