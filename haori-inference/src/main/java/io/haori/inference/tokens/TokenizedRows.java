package io.haori.inference.tokens;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.text.Encoding;
import io.haori.model.text.Tokenizer;
import io.haori.model.text.WordEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows as tokens, made once before training and used every epoch: pieces of texts, or patches of
 * pictures. Without padding, so that each batch pads only to its own longest row.
 */
public final class TokenizedRows {
  private final Encoding[] rows;
  private final int[] lengths;
  private final int[] textTokens;
  private final int[] unknown;
  private final int padId;

  /** What is read in the place of texts; null for texts. */
  private final @Nullable FittedPictures pictures;

  /** Where each word's first token is in its row, -1 where it was cut; none for whole texts. */
  private final int @Nullable [][] words;

  private TokenizedRows(
      Encoding[] rows, int[] textTokens, int[] unknown, int padId, int @Nullable [][] words) {
    this.rows = rows;
    this.words = words;
    this.textTokens = textTokens;
    this.unknown = unknown;
    this.padId = padId;
    pictures = null;
    lengths = Arrays.stream(rows).mapToInt(Encoding::length).toArray();
  }

  private TokenizedRows(FittedPictures pictures) {
    this.rows = new Encoding[0];
    this.words = null;
    this.textTokens = new int[0];
    this.unknown = new int[0];
    this.padId = 0;
    this.pictures = pictures;
    lengths = new int[pictures.size()];
    Arrays.fill(lengths, pictures.tokens());
  }

  /** Pictures, whose patches are the tokens. */
  static TokenizedRows of(FittedPictures pictures) {
    return new TokenizedRows(pictures);
  }

  /** What is read in the place of texts; null for texts. */
  @Nullable FittedPictures pictures() {
    return pictures;
  }

  /** Whether some rows are other ones in each epoch: altered copies of pictures. */
  public boolean vary() {
    return pictures != null && pictures.vary();
  }

  /**
   * Reads what is left to be read, so that nothing waits for it later: the files of pictures.
   *
   * @return this
   * @throws io.haori.core.check.UserError when one cannot be read
   */
  public TokenizedRows load() {
    if (pictures != null) {
      pictures.load();
    }
    return this;
  }

  /**
   * Tokenises rows. All processors work on them, as the tokenizer shares a batch out by itself.
   *
   * @param rows in any mix of single texts and pairs
   * @param tokenizer of the base; not kept
   * @param maxLength how many tokens a row may have; longer ones are cut by the tokenizer
   * @return the tokens, in the rows' order
   * @throws io.haori.core.check.UserError when {@code maxLength} leaves no room for text
   */
  public static TokenizedRows of(List<Row> rows, Tokenizer tokenizer, int maxLength) {
    List<Integer> singles = new ArrayList<>();
    List<Integer> paired = new ArrayList<>();
    List<String> seconds = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String second = rows.get(i).textPair();
      if (second == null) {
        singles.add(i);
      } else {
        paired.add(i);
        seconds.add(second);
      }
    }
    var encodings = new Encoding[rows.size()];
    if (!singles.isEmpty()) {
      place(tokenizer.encode(texts(rows, singles), null, maxLength), singles, encodings);
    }
    if (!paired.isEmpty()) {
      place(tokenizer.encode(texts(rows, paired), seconds, maxLength), paired, encodings);
    }
    return counted(encodings, tokenizer, null);
  }

  /**
   * Tokenises rows as a task reads them: as texts, or word by word.
   *
   * @param rows for a task that reads words, in words or in texts that are split at blanks
   * @param tokenizer of the base; not kept
   * @param maxLength how many tokens a row may have; longer ones lose their last words
   * @param task says how
   * @return the tokens, in the rows' order
   * @throws io.haori.core.check.UserError when {@code maxLength} leaves no room for text
   */
  public static TokenizedRows of(List<Row> rows, Tokenizer tokenizer, int maxLength, Task task) {
    if (!task.readsWords()) {
      return of(rows, tokenizer, maxLength);
    }
    List<WordEncoding> encoded =
        tokenizer.encodeWords(rows.stream().map(Row::wordsOrSplit).toList(), maxLength);
    return counted(
        encoded.stream().map(WordEncoding::tokens).toArray(Encoding[]::new),
        tokenizer,
        encoded.stream().map(WordEncoding::firsts).toArray(int[][]::new));
  }

  private static TokenizedRows counted(
      Encoding[] encodings, Tokenizer tokenizer, int @Nullable [][] words) {
    Set<Integer> special = tokenizer.specialIds();
    int[] unknown = count(encodings, tokenizer::isUnknown);
    int[] textTokens = count(encodings, id -> !special.contains(id) || tokenizer.isUnknown(id));
    return new TokenizedRows(encodings, textTokens, unknown, tokenizer.padId(), words);
  }

  /**
   * Rows that were put together elsewhere, for example packed.
   *
   * @param encodings one a row
   * @param padId what fills rows up to the length of their batch
   * @return the rows, in order
   */
  public static TokenizedRows of(List<Encoding> encodings, int padId) {
    int[] none = new int[encodings.size()];
    return new TokenizedRows(encodings.toArray(Encoding[]::new), none, none, padId, null);
  }

  /**
   * Some of the rows.
   *
   * @param rowIndex which, in the order wanted
   * @return these, which share their tokens with this
   */
  public TokenizedRows select(int... rowIndex) {
    if (pictures != null) {
      return new TokenizedRows(pictures.select(rowIndex));
    }
    return new TokenizedRows(
        IntStream.of(rowIndex).mapToObj(row -> rows[row]).toArray(Encoding[]::new),
        IntStream.of(rowIndex).map(row -> textTokens[row]).toArray(),
        IntStream.of(rowIndex).map(row -> unknown[row]).toArray(),
        padId,
        words == null ? null : IntStream.of(rowIndex).mapToObj(this::words).toArray(int[][]::new));
  }

  /**
   * Where the words of a row are.
   *
   * @param row its index, of rows that were tokenised word by word
   * @return {@code [words]} the place of a word's first token in its row, -1 where the word was cut
   *     or has no token; not to be changed
   */
  public int[] words(int row) {
    if (words == null) {
      throw new IllegalStateException("the rows were not tokenised word by word");
    }
    return words[row];
  }

  /** How many words were cut because their row was too long, or have no token. */
  public int cutWords() {
    int cut = 0;
    for (int row = 0; words != null && row < words.length; row++) {
      cut += (int) Arrays.stream(words[row]).filter(first -> first < 0).count();
    }
    return cut;
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
   * How well the base reads the rows: tokens that it does not know, and rows that were cut.
   *
   * @return counts; of rows that were put together elsewhere no token is counted
   */
  public TextCoverage coverage() {
    int cutRows = 0;
    int longest = 0;
    for (Encoding row : rows) {
      cutRows += row.cut() > 0 ? 1 : 0;
      longest = Math.max(longest, row.length() + row.cut());
    }
    return new TextCoverage(
        lengths.length,
        cutRows,
        pictures == null || lengths.length == 0 ? longest : pictures.tokens(),
        IntStream.of(textTokens).asLongStream().sum(),
        IntStream.of(unknown).asLongStream().sum());
  }

  /**
   * The number of tokens that a row lost because it was too long.
   *
   * @param row its index
   * @return 0 for a whole row
   */
  public int cut(int row) {
    return pictures == null ? rows[row].cut() : 0;
  }

  /**
   * Puts rows together, filled up to the longest of them; rows that vary are those of the first
   * epoch.
   *
   * @param rowIndex {@code [rows]} which rows, in the order wanted; at least one
   * @return the batch
   */
  public TokenBatch batch(int... rowIndex) {
    if (pictures != null) {
      return TokenBatch.of(pictures.values(0, rowIndex), pictures.tokens(), rowIndex.clone());
    }
    int longest = 0;
    for (int row : rowIndex) {
      longest = Math.max(longest, lengths[row]);
    }
    var ids = new long[rowIndex.length * longest];
    var typeIds = new long[rowIndex.length * longest];
    var batchLengths = new int[rowIndex.length];
    for (int i = 0; i < rowIndex.length; i++) {
      int[] rowIds = rows[rowIndex[i]].ids();
      int[] rowTypeIds = rows[rowIndex[i]].typeIds();
      int start = i * longest;
      batchLengths[i] = rowIds.length;
      for (int t = 0; t < longest; t++) {
        ids[start + t] = t < rowIds.length ? rowIds[t] : padId;
        typeIds[start + t] = t < rowIds.length ? rowTypeIds[t] : 0;
      }
    }
    return new TokenBatch(ids, typeIds, batchLengths, rowIndex.length, longest, rowIndex.clone());
  }

  private static int[] count(Encoding[] rows, IntPredicate counted) {
    return Arrays.stream(rows)
        .mapToInt(row -> (int) Arrays.stream(row.ids()).filter(counted).count())
        .toArray();
  }

  private static List<String> texts(List<Row> rows, List<Integer> members) {
    return members.stream().map(i -> rows.get(i).text()).toList();
  }

  private static void place(List<Encoding> encoded, List<Integer> members, Encoding[] into) {
    for (int i = 0; i < encoded.size(); i++) {
      into[members.get(i)] = encoded.get(i);
    }
  }
}
