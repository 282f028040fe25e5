package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of different length that follow one another in one matrix of tokens, without padding.
 * What works on single tokens never sees padding then; {@link Attention}, which needs rectangles,
 * copies sequences of about one length into one rectangle each. Owns its tensors.
 */
public final class Sequences implements AutoCloseable {
  /** Added to the scores of padding: its softmax is exactly 0 in fp32 and in bf16. */
  private static final double MASKED = -1e9;

  /**
   * What a further rectangle costs, in scores: the dozens of small operations that it takes last as
   * long as the products of that many (some 0.2 ms beside 130 GFLOP/s at 384 numbers a token).
   */
  private static final long RECTANGLE = 8192;

  private final int[] lengths;
  private final long tokens;
  private final List<Rectangle> rectangles;
  private final @Nullable Tensor places;
  private final @Nullable Tensor back;
  private final @Nullable Tensor kept;

  /**
   * How far a token sees within its sequence.
   *
   * @param back how many tokens before it; at least 0
   * @param ahead how many tokens after it; at least 0
   */
  public record Reach(int back, int ahead) {
    /** Every token of the sequence. */
    public static final Reach ALL = new Reach(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Every token before it, and itself. */
    public static final Reach BACK = new Reach(Integer.MAX_VALUE, 0);

    /** Both must be at least 0. */
    public Reach {
      if (back < 0 || ahead < 0) {
        throw new IllegalArgumentException("reach " + back + ", " + ahead);
      }
    }

    private boolean sees(int from, int to) {
      return to <= from ? from - to <= back : to - from <= ahead;
    }
  }

  /**
   * Sequences of about one length.
   *
   * @param rows number of them
   * @param length of the longest
   * @param mask added to the scores, {@code [rows or 1, 1, length or 1, length]}: 0 for tokens that
   *     are seen and a large negative number for padding and for tokens out of reach; null when
   *     everything is seen
   */
  record Rectangle(int rows, int length, @Nullable Tensor mask) {
    int places() {
      return rows * length;
    }

    private Rectangle in(DType dtype) {
      return new Rectangle(rows, length, mask == null ? null : mask.to(dtype));
    }

    private Rectangle within(Reach reach, DType dtype) {
      if (reach.back() >= length - 1 && reach.ahead() >= length - 1) {
        return this;
      }
      Tensor seen = band(reach).to(dtype);
      return new Rectangle(rows, length, mask == null ? seen : mask.add(seen));
    }

    /**
     * {@code [1, 1, length, length]}. Whether a token is seen depends on how far it is away alone,
     * so each row is a part of one line, a place further on.
     */
    private Tensor band(Reach reach) {
      float[] line = new float[2 * length - 1];
      for (int at = 0; at < line.length; at++) {
        line[at] = reach.sees(length - 1, at) ? 0 : (float) MASKED;
      }
      Tensor band = Tensors.empty(DType.F32, 1, 1, length, length);
      FloatBuffer numbers = band.buffer().asFloatBuffer();
      for (int at = 0; at < length; at++) {
        numbers.put(line, length - 1 - at, length);
      }
      return band;
    }
  }

  /**
   * Lays sequences out.
   *
   * @param lengths of the sequences, in their order; each at least 1
   */
  public Sequences(int... lengths) {
    this.lengths = lengths.clone();
    this.tokens = IntStream.of(lengths).asLongStream().sum();
    List<int[]> groups = groups(lengths);
    boolean identity =
        groups.size() == 1 && IntStream.of(lengths).allMatch(length -> length == lengths[0]);
    long[] starts = new long[lengths.length];
    for (int row = 1; row < lengths.length; row++) {
      starts[row] = starts[row - 1] + lengths[row - 1];
    }
    List<Rectangle> made = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      if (identity) {
        made.add(new Rectangle(lengths.length, lengths[0], null));
        places = null;
        back = null;
        kept = null;
      } else {
        int all = groups.stream().mapToInt(rows -> rows.length * lengths[rows[0]]).sum();
        long[] from = new long[all];
        float[] keeps = new float[all];
        long[] to = new long[Math.toIntExact(tokens)];
        int position = 0;
        for (int[] rows : groups) {
          int length = lengths[rows[0]];
          float[] additive = new float[rows.length * length];
          boolean padded = false;
          int first = position;
          for (int row : rows) {
            for (int at = 0; at < length; at++, position++) {
              boolean token = at < lengths[row];
              from[position] = starts[row] + Math.min(at, lengths[row] - 1);
              keeps[position] = token ? 1 : 0;
              if (token) {
                to[(int) starts[row] + at] = position;
              } else {
                additive[position - first] = (float) MASKED;
                padded = true;
              }
            }
          }
          Tensor mask = padded ? Tensors.of(additive, rows.length, 1, 1, length).retain() : null;
          made.add(new Rectangle(rows.length, length, mask));
        }
        places = Tensors.of(from, all).retain();
        back = Tensors.of(to, to.length).retain();
        kept = all == tokens ? null : Tensors.of(keeps, all, 1).retain();
      }
    }
    this.rectangles = List.copyOf(made);
  }

  /**
   * Parts rows, the longest first, where it saves most: the least sum of squared lengths, with
   * padding, and of what rectangles cost.
   *
   * @return rows of each rectangle, the longest first
   */
  static List<int[]> groups(int... lengths) {
    Integer[] rows = new Integer[lengths.length];
    Arrays.setAll(rows, row -> row);
    Arrays.sort(rows, Comparator.comparingInt(row -> -lengths[row]));
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      if (i == 0 || lengths[rows[i]] != lengths[rows[i - 1]]) {
        starts.add(i);
      }
    }
    int count = starts.size();
    starts.add(rows.length);
    // best[i]: the least cost of all rows before starts[i]; cut[i]: where the last rectangle began.
    long[] best = new long[count + 1];
    int[] cut = new int[count + 1];
    for (int to = 1; to <= count; to++) {
      best[to] = Long.MAX_VALUE;
      for (int from = 0; from < to; from++) {
        long length = lengths[rows[starts.get(from)]];
        long cost = best[from] + RECTANGLE + length * length * (starts.get(to) - starts.get(from));
        if (cost < best[to]) {
          best[to] = cost;
          cut[to] = from;
        }
      }
    }
    List<int[]> groups = new ArrayList<>();
    for (int to = count; to > 0; to = cut[to]) {
      groups.add(
          0,
          Arrays.stream(rows, starts.get(cut[to]), starts.get(to))
              .mapToInt(Integer::intValue)
              .toArray());
    }
    return groups;
  }

  /** Number of sequences. */
  public int rows() {
    return lengths.length;
  }

  /** Number of tokens. */
  public long tokens() {
    return tokens;
  }

  /** Tokens of a sequence. */
  public int lengthOf(int row) {
    return lengths[row];
  }

  /**
   * This layout for one pass.
   *
   * @param dtype type that the pass computes in
   * @return tensors in the current scope; those of this must stay open as long
   */
  public Pass in(DType dtype) {
    return new Pass(
        rectangles.stream().map(one -> one.in(dtype)).toList(),
        places,
        back,
        kept == null ? null : kept.to(dtype));
  }

  /**
   * A layout in the type of one pass.
   *
   * @param rectangles one after another in the padded matrix
   * @param places I64 {@code [padded]} the token of every position; null when the two matrices are
   *     one
   * @param back I64 {@code [tokens]} the position of every token; null when the two are one
   * @param kept {@code [padded, 1]} 1 for tokens and 0 for padding; null without padding
   */
  public record Pass(
      List<Rectangle> rectangles,
      @Nullable Tensor places,
      @Nullable Tensor back,
      @Nullable Tensor kept) {

    /**
     * This layout where tokens do not see far.
     *
     * @param reach how far a token sees
     * @param dtype type of the pass
     * @return shares this layout's tensors; further ones are in the current scope
     */
    public Pass within(Reach reach, DType dtype) {
      if (reach.equals(Reach.ALL)) {
        return this;
      }
      return new Pass(
          rectangles.stream().map(one -> one.within(reach, dtype)).toList(), places, back, kept);
    }

    /** {@code [tokens, h]} to {@code [padded, h]}; padding holds copies of some token. */
    Tensor pad(Tensor packed) {
      return places == null ? packed : packed.indexSelect(0, places);
    }

    /** {@code [tokens, h]} to {@code [padded, h]}, 0 at padding. */
    Tensor padWithZeros(Tensor packed) {
      Tensor padded = pad(packed);
      return kept == null ? padded : padded.mul(kept);
    }

    /** Rows of the rectangles, one rectangle after another, to {@code [tokens, h]}. */
    Tensor unpad(List<Tensor> padded) {
      Tensor all = padded.size() == 1 ? padded.get(0) : Tensors.cat(padded, 0);
      return back == null ? all : all.indexSelect(0, back);
    }
  }

  @Override
  public void close() {
    for (Rectangle rectangle : rectangles) {
      if (rectangle.mask() != null) {
        rectangle.mask().close();
      }
    }
    for (Tensor tensor : new Tensor[] {places, back, kept}) {
      if (tensor != null) {
        tensor.close();
      }
    }
  }
}
