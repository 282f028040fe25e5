package io.haori.training.data.records;

/**
 * A cell of a sheet that has no value to read, which matters only when somebody wants it.
 *
 * @param shown what Excel shows there, for example {@code #N/A}; empty for nothing
 * @param problem a sentence without the file and row, for example {@code the cell B7 is the error
 *     #N/A}
 */
public record CellFault(String shown, String problem) {
  /** What Excel shows. */
  @Override
  public String toString() {
    return shown;
  }
}
