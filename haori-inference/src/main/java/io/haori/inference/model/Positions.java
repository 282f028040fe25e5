package io.haori.inference.model;

import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Where heads read rows: one position a text, or the first token of each word that was not cut.
 *
 * @param rows the texts
 * @param task says whether words are read
 */
public record Positions(TokenizedRows rows, Task task) {
  /** What one head says at positions. */
  @FunctionalInterface
  public interface HeadAnswers {
    /** {@code [positions][outputs]} for {@code [positions, width]}. */
    double[][] of(int head, Tensor states);
  }

  /** Whether each word is a position. */
  boolean areWords() {
    return task.readsWords();
  }

  /** How many positions some rows have together. */
  public int count(int... rowIndex) {
    if (!areWords()) {
      return rowIndex.length;
    }
    int count = 0;
    for (int row : rowIndex) {
      for (int first : rows.words(row)) {
        count += first >= 0 ? 1 : 0;
      }
    }
    return count;
  }

  /** The positions of words among the tokens of a batch of rows, ascending. */
  long[] tokens(int... rowIndex) {
    long[] tokens = new long[count(rowIndex)];
    int[] lengths = rows.lengths();
    int next = 0;
    long start = 0;
    for (int row : rowIndex) {
      for (int first : rows.words(row)) {
        if (first >= 0) {
          tokens[next++] = start + first;
        }
      }
      start += lengths[row];
    }
    return tokens;
  }

  /**
   * The positions of words among the tokens of a batch that has other texts before these.
   *
   * @param before tokens of the texts before
   * @param rowIndex which rows follow
   * @return ascending; none when texts are read as a whole
   */
  public long[] tokensAfter(long before, int... rowIndex) {
    return areWords()
        ? Arrays.stream(tokens(rowIndex)).map(token -> before + token).toArray()
        : new long[0];
  }

  /** The numbers of some rows' positions among those of all rows. */
  public long[] numbers(int... rowIndex) {
    if (!areWords()) {
      return Arrays.stream(rowIndex).asLongStream().toArray();
    }
    long[] starts = new long[rows.size() + 1];
    for (int row = 0; row < rows.size(); row++) {
      starts[row + 1] = starts[row] + count(row);
    }
    return Arrays.stream(rowIndex)
        .asLongStream()
        .flatMap(row -> LongStream.range(starts[(int) row], starts[(int) row + 1]))
        .toArray();
  }

  /** The targets at the positions of some rows, in order. */
  public double[][] targets(Targets targets, int... rowIndex) {
    List<double[]> all = new ArrayList<>();
    for (int row : rowIndex) {
      double[] target = targets.of(row);
      if (!areWords()) {
        all.add(target);
        continue;
      }
      int[] words = rows.words(row);
      for (int word = 0; word < words.length; word++) {
        if (words[word] >= 0) {
          all.add(task.targetAt(target, word));
        }
      }
    }
    return all.toArray(double[][]::new);
  }

  /** The head of each position of some rows, in order. */
  public int[] heads(int[] headOfRow, int... rowIndex) {
    int[] heads = new int[count(rowIndex)];
    int next = 0;
    for (int row : rowIndex) {
      int ours = count(row);
      Arrays.fill(heads, next, next + ours, headOfRow[row]);
      next += ours;
    }
    return heads;
  }

  /**
   * Answers row by row, each from the head of its row.
   *
   * @param heads that answer
   * @param states {@code [positions, width]} of all rows
   * @param headOfRow {@code [n]} index of the head that answers
   * @param answers what a head says
   * @return {@code [n][positions · outputs]}, of words one a word, NaN where it was cut
   */
  public double[][] byRow(Heads heads, Tensor states, int[] headOfRow, HeadAnswers answers) {
    double[][] byRow = new double[rows.size()][];
    for (int head = 0; head < heads.labels().size(); head++) {
      double[][] ofHead = answers.of(head, states);
      int next = 0;
      for (int row = 0; row < byRow.length; row++) {
        int ours = count(row);
        if (headOfRow[row] == head) {
          byRow[row] =
              areWords() ? joined(row, ofHead, next, heads.labels().outputs(head)) : ofHead[row];
        }
        next += ours;
      }
    }
    return byRow;
  }

  private double[] joined(int row, double[][] answers, int from, int outputs) {
    int[] words = rows.words(row);
    double[] joined = new double[words.length * outputs];
    Arrays.fill(joined, Double.NaN);
    int next = from;
    for (int word = 0; word < words.length; word++) {
      if (words[word] >= 0) {
        System.arraycopy(answers[next++], 0, joined, word * outputs, outputs);
      }
    }
    return joined;
  }
}
