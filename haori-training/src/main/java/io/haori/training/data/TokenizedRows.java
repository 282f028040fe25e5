package io.haori.training.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Rows as tokens, made once before training and used every epoch. Without padding, so that each
 * batch pads only to its own longest row.
 */
public final class TokenizedRows {
  /** How many rows a thread takes at a time. */
  private static final int CHUNK = 256;

  private final List<RowTokenizer.Tokens> rows;
  private final int[] lengths;
  private final int padId;

  private TokenizedRows(List<RowTokenizer.Tokens> rows, int padId) {
    this.rows = rows;
    this.padId = padId;
    lengths = rows.stream().mapToInt(r -> r.ids().length).toArray();
  }

  /**
   * Tokenises rows.
   *
   * @param rows in any mix of single texts and pairs
   * @param tokenizer called by several threads at once
   * @param maxLength how many tokens a row may have; longer ones are cut by the tokenizer
   * @param threads how many threads work; at least 1
   * @return the tokens, in the rows' order
   */
  public static TokenizedRows of(
      List<Row> rows, RowTokenizer tokenizer, int maxLength, int threads) {
    List<Callable<List<RowTokenizer.Tokens>>> chunks = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += CHUNK) {
      List<Row> chunk = rows.subList(from, Math.min(rows.size(), from + CHUNK));
      chunks.add(() -> encode(chunk, tokenizer, maxLength));
    }
    List<RowTokenizer.Tokens> tokens = new ArrayList<>(rows.size());
    for (List<RowTokenizer.Tokens> chunk : inParallel(chunks, threads)) {
      tokens.addAll(chunk);
    }
    return new TokenizedRows(tokens, tokenizer.padId());
  }

  /**
   * How many rows there are.
   *
   * @return the count
   */
  public int size() {
    return lengths.length;
  }

  /**
   * The number of tokens of each row, special ones included.
   *
   * @return {@code [n]}; a copy
   */
  public int[] lengths() {
    return lengths.clone();
  }

  /**
   * The number of tokens of all rows together.
   *
   * @return the sum of the lengths
   */
  public long tokens() {
    return IntStream.of(lengths).asLongStream().sum();
  }

  /**
   * Puts rows together, filled up to the longest of them.
   *
   * @param rowIndex {@code [rows]} which rows, in the order they shall have; at least one
   * @return the batch
   */
  public TokenBatch batch(int... rowIndex) {
    int longest = 0;
    for (int row : rowIndex) {
      longest = Math.max(longest, lengths[row]);
    }
    var ids = new long[rowIndex.length * longest];
    var typeIds = new long[rowIndex.length * longest];
    var batchLengths = new int[rowIndex.length];
    for (int i = 0; i < rowIndex.length; i++) {
      RowTokenizer.Tokens row = rows.get(rowIndex[i]);
      int start = i * longest;
      batchLengths[i] = row.ids().length;
      for (int t = 0; t < longest; t++) {
        boolean filled = t < batchLengths[i];
        ids[start + t] = filled ? row.ids()[t] : padId;
        typeIds[start + t] = filled ? row.typeIds()[t] : 0;
      }
    }
    return new TokenBatch(ids, typeIds, batchLengths, rowIndex.length, longest, rowIndex.clone());
  }

  private static List<RowTokenizer.Tokens> encode(
      List<Row> chunk, RowTokenizer tokenizer, int maxLength) {
    var tokens = new RowTokenizer.Tokens[chunk.size()];
    for (boolean paired : new boolean[] {false, true}) {
      int[] members =
          IntStream.range(0, chunk.size())
              .filter(i -> (chunk.get(i).textPair() != null) == paired)
              .toArray();
      if (members.length > 0) {
        List<String> texts = IntStream.of(members).mapToObj(i -> chunk.get(i).text()).toList();
        List<String> pairs = new ArrayList<>();
        for (int i : members) {
          String pair = chunk.get(i).textPair();
          if (pair != null) {
            pairs.add(pair);
          }
        }
        List<RowTokenizer.Tokens> encoded =
            tokenizer.encode(texts, paired ? pairs : null, maxLength);
        for (int i = 0; i < members.length; i++) {
          tokens[members[i]] = encoded.get(i);
        }
      }
    }
    return List.of(tokens);
  }

  private static <T> List<T> inParallel(List<Callable<T>> work, int threads) {
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, work.size())));
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tokenising", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("tokenising failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
