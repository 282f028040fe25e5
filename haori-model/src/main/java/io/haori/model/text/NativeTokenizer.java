package io.haori.model.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer library behind its native calls. They are used directly because the library's own
 * class reports each start to its makers' servers and copies eight more arrays a text. A failure
 * inside a native batch ends the process, so callers check beforehand what could make it fail. Not
 * safe for several threads at once; one batch uses all processors.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = load();

  private long handle;

  private NativeTokenizer(long handle) {
    this.handle = handle;
  }

  /**
   * Makes a tokenizer.
   *
   * @param json content of a {@code tokenizer.json} without truncation and padding: the library
   *     keeps what it cuts off, for a pair of long texts in a number of pieces that grows with the
   *     product of their lengths
   * @throws RuntimeException when the library refuses it
   */
  static NativeTokenizer open(String json) {
    return new NativeTokenizer(LIBRARY.createTokenizerFromString(json));
  }

  /** Ids of each text, without special tokens. */
  int[][] ids(List<String> texts) {
    long[] rows = LIBRARY.batchEncode(openHandle(), texts.toArray(new String[0]), false);
    int[][] ids = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      ids[i] = toInts(LIBRARY.getTokenIds(rows[i]));
      LIBRARY.deleteEncoding(rows[i]);
    }
    return ids;
  }

  /** Tokens of a text with their places, without special tokens around it. */
  TextTokens tokens(String text) {
    long row = LIBRARY.encode(openHandle(), text, false);
    int[] ids = toInts(LIBRARY.getTokenIds(row));
    CharSpan[] spans = LIBRARY.getTokenCharSpans(row);
    LIBRARY.deleteEncoding(row);
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    int character = 0;
    int index = 0;
    for (int i = 0; i < ids.length; i++) {
      CharSpan span = spans[i];
      if (span == null) {
        starts[i] = index;
        ends[i] = index;
        continue;
      }
      // The library counts characters of Unicode; a later token never begins before an earlier one.
      index = text.offsetByCodePoints(index, span.getStart() - character);
      character = span.getStart();
      starts[i] = index;
      ends[i] = text.offsetByCodePoints(index, span.getEnd() - character);
    }
    return new TextTokens(ids, starts, ends);
  }

  /** The text of some tokens. */
  String text(int[] ids, boolean withoutSpecials) {
    return LIBRARY.decode(
        openHandle(), Arrays.stream(ids).asLongStream().toArray(), withoutSpecials);
  }

  /**
   * Tokens of words.
   *
   * @param ids one a token, without special tokens
   * @param wordOf the word that each token belongs to
   */
  @SuppressWarnings("ArrayRecordComponent") // Read as it is, never compared.
  record Words(int[] ids, int[] wordOf) {}

  /** Tokens of words, none of which spans two of them. */
  Words words(List<String> words) {
    long row = LIBRARY.encodeList(openHandle(), words.toArray(new String[0]), false);
    int[] ids = toInts(LIBRARY.getTokenIds(row));
    int[] wordOf = toInts(LIBRARY.getWordIds(row));
    LIBRARY.deleteEncoding(row);
    return new Words(ids, wordOf);
  }

  /** What the base puts around a text or a pair of texts, seen from an example. */
  RowTemplate template(String text, @Nullable String pair, boolean tellsTextsApart) {
    long row =
        pair == null
            ? LIBRARY.encode(openHandle(), text, true)
            : LIBRARY.encodeDual(openHandle(), text, pair, true);
    int[] ids = toInts(LIBRARY.getTokenIds(row));
    int[] typeIds = tellsTextsApart ? toInts(LIBRARY.getTypeIds(row)) : new int[ids.length];
    int[] sequences = toInts(LIBRARY.getSequenceIds(row));
    LIBRARY.deleteEncoding(row);
    return RowTemplate.of(ids, typeIds, sequences);
  }

  @Override
  public void close() {
    if (handle != 0) {
      LIBRARY.deleteTokenizer(handle);
      handle = 0;
    }
  }

  private long openHandle() {
    if (handle == 0) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return handle;
  }

  private static TokenizersLibrary load() {
    // Without this the library downloads another build of itself where it finds an NVIDIA card.
    if (System.getProperty("RUST_FLAVOR") == null && System.getenv("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
    LibUtils.checkStatus();
    return TokenizersLibrary.LIB;
  }

  private static int[] toInts(long[] numbers) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) numbers[i];
    }
    return ints;
  }
}
