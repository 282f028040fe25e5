package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.model.config.PictureShape;
import io.haori.model.image.PictureValues;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Sequences;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokenised texts, or pictures cut into patches, one after another without padding, with what the
 * encoder derives from them. Owns its tensors.
 */
public final class TextBatch implements AutoCloseable {
  private final Sequences sequences;
  private final int longest;
  private final long[] firsts;
  private final int[] before;
  private final @Nullable Words words;
  private final @Nullable Pictures pictures;
  private @Nullable StatesBelow below;

  /**
   * Copies a batch into native memory.
   *
   * @param ids token ids, row-major {@code [rows, length]}, padded on the right
   * @param typeIds segment of each token, like ids
   * @param lengths tokens of each text, at least 1, the rest of its row is padding
   * @param length of a row
   */
  public TextBatch(long[] ids, long[] typeIds, int[] lengths, int length) {
    this(ids, typeIds, lengths, length, new int[lengths.length]);
  }

  /**
   * One further token of each text, for {@link Backbone#next}.
   *
   * @param ids one a text
   * @param before tokens that each text has before it
   */
  public static TextBatch further(long[] ids, int[] before) {
    int[] lengths = new int[ids.length];
    Arrays.fill(lengths, 1);
    return new TextBatch(ids, new long[ids.length], lengths, 1, before);
  }

  /**
   * Several further tokens of one text, for {@link Backbone#next}.
   *
   * @param ids at least one
   * @param before tokens that the text has before them
   */
  public static TextBatch further(long[] ids, int before) {
    return new TextBatch(
        ids, new long[ids.length], new int[] {ids.length}, ids.length, new int[] {before});
  }

  /**
   * Copies pictures into native memory.
   *
   * @param pictures after preprocessing
   */
  public static TextBatch of(PictureValues pictures) {
    int[] lengths = new int[pictures.pictures()];
    Arrays.fill(lengths, pictures.tokens());
    return new TextBatch(lengths, new int[lengths.length], null, Pictures.of(pictures));
  }

  private TextBatch(long[] ids, long[] typeIds, int[] lengths, int length, int[] before) {
    this(lengths, before, Words.of(ids, typeIds, lengths, length), null);
  }

  private TextBatch(
      int[] lengths, int[] before, @Nullable Words words, @Nullable Pictures pictures) {
    this.before = before.clone();
    this.words = words;
    this.pictures = pictures;
    firsts = new long[lengths.length];
    int tokens = 0;
    for (int row = 0; row < lengths.length; row++) {
      firsts[row] = tokens;
      tokens += lengths[row];
    }
    longest = Arrays.stream(lengths).max().orElse(0);
    sequences = new Sequences(lengths);
  }

  /**
   * What a batch of texts is made of.
   *
   * @param ids I64 {@code [tokens]}
   * @param typeIds I64 {@code [tokens]}
   */
  private record Words(Tensor ids, Tensor typeIds) {
    static Words of(long[] ids, long[] typeIds, int[] lengths, int length) {
      int rows = lengths.length;
      if (ids.length != rows * length || typeIds.length != ids.length) {
        throw new IllegalArgumentException(ids.length + " ids for " + rows + " rows of " + length);
      }
      int tokens = 0;
      for (int row = 0; row < rows; row++) {
        if (lengths[row] < 1 || lengths[row] > length) {
          throw new IllegalArgumentException("row " + row + " has length " + lengths[row]);
        }
        tokens += lengths[row];
      }
      long[] packedIds = new long[tokens];
      long[] packedTypes = new long[tokens];
      int first = 0;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(ids, row * length, packedIds, first, lengths[row]);
        System.arraycopy(typeIds, row * length, packedTypes, first, lengths[row]);
        first += lengths[row];
      }
      try (Scope scope = Scope.open()) {
        return new Words(
            Tensors.of(packedIds, tokens).retain(), Tensors.of(packedTypes, tokens).retain());
      }
    }
  }

  /**
   * What a batch of pictures is made of.
   *
   * @param values F32 {@code [pictures · down · across, channels · side · side]}
   * @param down patches of a column
   * @param across patches of a row
   */
  public record Pictures(Tensor values, int down, int across) {
    private static Pictures of(PictureValues pictures) {
      int side = pictures.shape().patchSize();
      int down = pictures.down();
      int across = pictures.across();
      int channels = PictureShape.CHANNELS;
      long rows = (long) pictures.pictures() * down * across;
      try (Scope scope = Scope.open()) {
        Tensor cut =
            Tensors.of(pictures.values(), pictures.pictures(), channels, down, side, across, side)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(rows, (long) channels * side * side);
        return new Pictures(cut.retain(), down, across);
      }
    }
  }

  /** Number of texts. */
  public int rows() {
    return firsts.length;
  }

  /** Tokens of the longest text. */
  public int length() {
    return longest;
  }

  /** Tokens of a text. */
  public int lengthOf(int row) {
    return sequences.lengthOf(row);
  }

  /** Where a text begins among the tokens. */
  public long firstOf(int row) {
    return firsts[row];
  }

  /** Tokens that a text has before those of this batch. */
  public int before(int row) {
    return before[row];
  }

  /** Highest number of tokens that a text has up to the end of this batch. */
  int places() {
    int most = 0;
    for (int row = 0; row < rows(); row++) {
      most = Math.max(most, before[row] + lengthOf(row));
    }
    return most;
  }

  /** Tokens of all texts. */
  public long tokens() {
    return sequences.tokens();
  }

  /** How the tokens belong together. */
  public Sequences sequences() {
    return sequences;
  }

  /** Token ids, I64 {@code [tokens]}. */
  public Tensor ids() {
    return words().ids();
  }

  /** Segments, I64 {@code [tokens]}. */
  public Tensor typeIds() {
    return words().typeIds();
  }

  private Words words() {
    if (words == null) {
      throw new IllegalStateException("pictures have no words");
    }
    return words;
  }

  /** The pictures, patch by patch. */
  public Pictures pictures() {
    if (pictures == null) {
      throw new IllegalStateException("texts are no pictures");
    }
    return pictures;
  }

  /**
   * Lets passes over these texts begin at a layer, with states that are known. Passes of another
   * type, or with dropout inside the base, begin at the embeddings all the same.
   *
   * @param states what {@link Backbone#statesBelow} gave for these tokens; retained here
   */
  public void beginAbove(StatesBelow states) {
    if (states.states().size(0) != tokens()) {
      throw new IllegalArgumentException(
          states.states().size(0) + " states for " + tokens() + " tokens");
    }
    if (below != null) {
      below.states().close();
    }
    below = new StatesBelow(states.layer(), states.states().retain());
  }

  /** The known states in a type; null where there are none. */
  @Nullable StatesBelow below(DType dtype) {
    return below != null && below.states().dtype() == dtype ? below : null;
  }

  /** Where the texts begin, I64 {@code [rows]}. */
  Tensor firsts() {
    return Tensors.of(firsts, firsts.length);
  }

  /** Where the texts end, I64 {@code [rows]}. */
  Tensor lasts() {
    long[] lasts = new long[rows()];
    for (int row = 0; row < lasts.length; row++) {
      lasts[row] = firsts[row] + lengthOf(row) - 1;
    }
    return Tensors.of(lasts, lasts.length);
  }

  /** What a token counts in the vector of its text. */
  @FunctionalInterface
  interface TokenWeight {
    /**
     * The weight of one token.
     *
     * @param tokens of its text
     * @param index of the token in its text
     */
    float of(int tokens, int index);
  }

  /** Weights of a sum over each text's tokens, {@code [rows, tokens]} of a type. */
  Tensor weights(DType dtype, TokenWeight weight) {
    int tokens = (int) tokens();
    float[] weights = new float[Math.multiplyExact(rows(), tokens)];
    for (int row = 0; row < rows(); row++) {
      int from = row * tokens + (int) firsts[row];
      for (int at = 0; at < lengthOf(row); at++) {
        weights[from + at] = weight.of(lengthOf(row), at);
      }
    }
    return Tensors.of(weights, rows(), tokens).to(dtype);
  }

  /**
   * Weights of each picture's first token and, in the row behind it, of the mean over its patches,
   * {@code [2 · rows, tokens]} of a type.
   */
  Tensor firstsAndPatches(DType dtype) {
    int patches = pictures().down() * pictures().across();
    int tokens = (int) tokens();
    float[] weights = new float[Math.multiplyExact(2 * rows(), tokens)];
    for (int row = 0; row < rows(); row++) {
      int first = 2 * row * tokens + (int) firsts[row];
      weights[first] = 1;
      int end = first + tokens + lengthOf(row);
      Arrays.fill(weights, end - patches, end, 1f / patches);
    }
    return Tensors.of(weights, 2L * rows(), tokens).to(dtype);
  }

  @Override
  public void close() {
    if (below != null) {
      below.states().close();
    }
    if (words != null) {
      words.ids().close();
      words.typeIds().close();
    }
    if (pictures != null) {
      pictures.values().close();
    }
    sequences.close();
  }
}
