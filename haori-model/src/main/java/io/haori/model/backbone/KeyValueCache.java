package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the tokens that some texts have so far, layer by layer, so that a further
 * token costs the work of one token. The texts end at one place: shorter ones begin later. Owns its
 * tensors, which grow by blocks. Not safe for several threads.
 */
public final class KeyValueCache implements AutoCloseable {
  /** Places that the tensors grow by. */
  static final int BLOCK = 128;

  /** Added to the scores of what a text does not see: its softmax is 0. */
  private static final double MASKED = -1e9;

  private final DType dtype;
  private final int block;
  private final List<Kept> layers = new ArrayList<>();

  /** What a text does not see in the pass that is computed; the same for all layers. */
  private final Map<Sequences.Reach, Tensor> masks = new HashMap<>();

  private int[] lengths = new int[0];
  private int end;

  /**
   * Keys and values of one layer.
   *
   * @param keys {@code [rows·G, capacity, d]}
   * @param values {@code [rows·G, capacity, d]}
   */
  private record Kept(Tensor keys, Tensor values) {}

  /**
   * An empty cache.
   *
   * @param dtype type of the passes that fill it
   */
  public KeyValueCache(DType dtype) {
    this(dtype, BLOCK);
  }

  /** An empty cache that grows by other blocks. */
  KeyValueCache(DType dtype, int block) {
    this.dtype = dtype;
    this.block = block;
  }

  /** Tokens that each text has here, one number a text; none before the first pass. */
  public int[] lengths() {
    return lengths.clone();
  }

  /** Memory that keys and values take. */
  public long bytes() {
    return layers.stream().mapToLong(l -> l.keys().byteCount() + l.values().byteCount()).sum();
  }

  /** Whether a pass with it reads further tokens of texts that it knows. */
  boolean isContinued() {
    return end > 0;
  }

  /**
   * Takes a layer's keys and values of whole texts, in the first pass.
   *
   * @param layer its index; layers come in order
   * @param qkv {@code [tokens, (H + 2G)·d]} after the rotation
   * @param batch the texts
   * @param heads number H of heads of the queries
   * @param groups number G of heads of keys and of values
   */
  void start(int layer, Tensor qkv, TextBatch batch, int heads, int groups) {
    requireNext(layer, layers.size());
    long depth = qkv.size(1) / (heads + 2L * groups);
    int rows = batch.rows();
    long capacity = blocks(batch.length() + 1);
    try (Scope scope = Scope.open()) {
      // Places before a shorter text are masked, but 0 · NaN would not be 0.
      Tensor keys = Tensors.zeros(dtype, rows * (long) groups, capacity, depth);
      Tensor values = Tensors.zeros(dtype, rows * (long) groups, capacity, depth);
      for (int row = 0; row < rows; row++) {
        int length = batch.lengthOf(row);
        Tensor ours = qkv.narrow(0, batch.firstOf(row), length);
        long first = batch.length() - (long) length;
        copy(ours, heads * depth, keys, row, groups, first);
        copy(ours, (heads + groups) * depth, values, row, groups, first);
      }
      layers.add(new Kept(keys.retain(), values.retain()));
    }
  }

  private static void copy(Tensor qkv, long column, Tensor into, int row, int groups, long first) {
    long length = qkv.size(0);
    long depth = into.size(2);
    Tensor heads =
        qkv.narrow(1, column, groups * depth).reshape(length, groups, depth).transpose(0, 1);
    into.narrow(0, row * (long) groups, groups).narrow(1, first, length).copyInPlace(heads);
  }

  /**
   * Attention of further tokens of each text to all that its text has up to them, themselves
   * included.
   *
   * @param layer its index
   * @param qkv {@code [rows · n, (H + 2G)·d]} after the rotation, n tokens of each text
   * @param heads number H of heads of the queries
   * @param groups number G of heads of keys and of values
   * @param reach how far a token sees
   * @return {@code [rows · n, H·d]} in the current scope
   */
  Tensor attend(int layer, Tensor qkv, int heads, int groups, Sequences.Reach reach) {
    int rows = lengths.length;
    int further = (int) qkv.size(0) / rows;
    long depth = qkv.size(1) / (heads + 2L * groups);
    int each = heads / groups;
    try (Scope scope = Scope.open()) {
      grow(layer, further);
      Kept kept = layers.get(layer);
      place(byHead(qkv.narrow(1, heads * depth, groups * depth), further, groups), kept.keys());
      place(
          byHead(qkv.narrow(1, (heads + groups) * depth, groups * depth), further, groups),
          kept.values());
      Tensor q =
          byHead(qkv.narrow(1, 0, heads * depth), further, groups)
              .reshape(rows * (long) groups, further * (long) each, depth)
              .mul(1 / Math.sqrt((double) depth));
      long seen = end + (long) further;
      Tensor scores = q.batchMatmul(kept.keys().narrow(1, 0, seen).transpose(1, 2));
      Tensor mask = mask(reach, further);
      if (mask != null) {
        scores.view(rows, groups, further, each, seen).addInPlace(mask);
      }
      Tensor context = scores.softmax().batchMatmul(kept.values().narrow(1, 0, seen));
      return scope.keep(byToken(context, rows, further, heads * depth));
    }
  }

  /** {@code [rows · n, G·m]} as {@code [rows · G, n, m]}. */
  private static Tensor byHead(Tensor tokens, int further, int groups) {
    long rows = tokens.size(0) / further;
    long width = tokens.size(1) / groups;
    return further == 1
        ? tokens.reshape(rows * groups, 1, width)
        : tokens
            .reshape(rows, further, groups, width)
            .transpose(1, 2)
            .reshape(rows * groups, further, width);
  }

  /** What {@link #byHead} takes apart, together again: {@code [rows · n, width]}. */
  private static Tensor byToken(Tensor heads, int rows, int further, long width) {
    long groups = heads.size(0) / rows;
    return further == 1
        ? heads.view(rows, width)
        : heads
            .reshape(rows, groups, further, width / groups)
            .transpose(1, 2)
            .reshape(rows * (long) further, width);
  }

  private void place(Tensor heads, Tensor into) {
    into.narrow(1, end, heads.size(1)).copyInPlace(heads);
  }

  /** {@code [rows, 1, n, 1, end + n]}; null where every token sees every place. */
  private @Nullable Tensor mask(Sequences.Reach reach, int further) {
    int seen = end + further;
    boolean whole = reach.back() >= seen - 1;
    if (whole && further == 1 && Arrays.stream(lengths).allMatch(length -> length == end)) {
      return null;
    }
    Tensor known = masks.get(reach);
    if (known != null) {
      return known;
    }
    float[] mask = new float[lengths.length * further * seen];
    for (int row = 0; row < lengths.length; row++) {
      for (int at = 0; at < further; at++) {
        int own = end + at;
        int first = Math.max(end - lengths[row], whole ? 0 : own - reach.back());
        int from = (row * further + at) * seen;
        Arrays.fill(mask, from, from + Math.max(0, first), (float) MASKED);
        Arrays.fill(mask, from + own + 1, from + seen, (float) MASKED);
      }
    }
    try (Scope scope = Scope.open()) {
      Tensor made = Tensors.of(mask, lengths.length, 1, further, 1, seen).to(dtype).retain();
      masks.put(reach, made);
      return made;
    }
  }

  /** When the texts have other lengths. */
  private void forgetMasks() {
    masks.values().forEach(Tensor::close);
    masks.clear();
  }

  private void grow(int layer, int further) {
    Kept kept = layers.get(layer);
    long more = blocks(end + further) - kept.keys().size(1);
    if (more <= 0) {
      return;
    }
    Kept grown = new Kept(grown(kept.keys(), more), grown(kept.values(), more));
    kept.keys().close();
    kept.values().close();
    layers.set(layer, grown);
  }

  private Tensor grown(Tensor full, long places) {
    Tensor more = Tensors.zeros(dtype, full.size(0), places, full.size(2));
    return Tensors.cat(List.of(full, more), 1).retain();
  }

  /**
   * Forgets the last tokens of the only text that is here, in place of which others will follow.
   *
   * @param tokens that stay; at least 1, at most what the text has
   */
  public void shorten(int tokens) {
    if (lengths.length != 1 || tokens < 1 || tokens > lengths[0]) {
      throw new IllegalArgumentException(
          tokens + " tokens of one text cannot stay of " + Arrays.toString(lengths));
    }
    forgetMasks();
    end -= lengths[0] - tokens;
    lengths[0] = tokens;
  }

  /**
   * Forgets texts: those that stay are the rows of the next pass, in this order. Places that none
   * of them has go, too.
   *
   * @param rows indices among the texts that are here, ascending; at least one
   */
  public void keep(int... rows) {
    forgetMasks();
    int most = Arrays.stream(rows).map(row -> lengths[row]).max().orElseThrow();
    int first = end - most;
    for (int layer = 0; layer < layers.size(); layer++) {
      Kept kept = layers.get(layer);
      Kept fewer = new Kept(kept(kept.keys(), rows, first), kept(kept.values(), rows, first));
      kept.keys().close();
      kept.values().close();
      layers.set(layer, fewer);
    }
    lengths = Arrays.stream(rows).map(row -> lengths[row]).toArray();
    end = most;
  }

  /**
   * Takes the texts of another cache, which become the last rows here.
   *
   * @param other of the same base and type, after its first pass; empty afterwards
   */
  public void add(KeyValueCache other) {
    forgetMasks();
    int wanted = Math.max(end, other.end);
    for (int layer = 0; layer < other.layers.size(); layer++) {
      Kept more = other.layers.get(layer);
      if (!isContinued()) {
        layers.add(more);
        continue;
      }
      Kept kept = layers.get(layer);
      Kept both =
          new Kept(
              both(kept.keys(), more.keys(), other.end, wanted),
              both(kept.values(), more.values(), other.end, wanted));
      for (Tensor old : List.of(kept.keys(), kept.values(), more.keys(), more.values())) {
        old.close();
      }
      layers.set(layer, both);
    }
    int[] all = Arrays.copyOf(lengths, lengths.length + other.lengths.length);
    System.arraycopy(other.lengths, 0, all, lengths.length, other.lengths.length);
    lengths = all;
    end = wanted;
    other.layers.clear();
    other.lengths = new int[0];
    other.end = 0;
  }

  private Tensor both(Tensor ours, Tensor theirs, int theirEnd, int wanted) {
    try (Scope scope = Scope.open()) {
      Tensor both =
          Tensors.zeros(dtype, ours.size(0) + theirs.size(0), blocks(wanted + 1), ours.size(2));
      both.narrow(0, 0, ours.size(0))
          .narrow(1, wanted - (long) end, end)
          .copyInPlace(ours.narrow(1, 0, end));
      both.narrow(0, ours.size(0), theirs.size(0))
          .narrow(1, wanted - (long) theirEnd, theirEnd)
          .copyInPlace(theirs.narrow(1, 0, theirEnd));
      return both.retain();
    }
  }

  private Tensor kept(Tensor all, int[] rows, int first) {
    long groups = all.size(0) / lengths.length;
    long places = end - (long) first;
    try (Scope scope = Scope.open()) {
      Tensor fewer =
          Tensors.zeros(dtype, rows.length * groups, blocks((int) places + 1), all.size(2));
      for (int at = 0; at < rows.length; at++) {
        fewer
            .narrow(0, at * groups, groups)
            .narrow(1, 0, places)
            .copyInPlace(all.narrow(0, rows[at] * groups, groups).narrow(1, first, places));
      }
      return fewer.retain();
    }
  }

  /** Counts the tokens of a pass, when all layers have seen them. */
  void advance(TextBatch batch) {
    forgetMasks();
    if (!isContinued()) {
      lengths = new int[batch.rows()];
      end = batch.length();
      for (int row = 0; row < lengths.length; row++) {
        lengths[row] = batch.lengthOf(row);
      }
      return;
    }
    int further = batch.lengthOf(0);
    end += further;
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] += further;
    }
  }

  /** Refuses what would mix up texts: a caller's mistake. */
  void requireContinuedBy(TextBatch batch) {
    if (!isContinued()) {
      requireNext(0, layers.size());
      return;
    }
    boolean fits =
        batch.rows() == lengths.length && (lengths.length == 1 || batch.tokens() == lengths.length);
    for (int row = 0; fits && row < lengths.length; row++) {
      fits = batch.before(row) == lengths[row];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "a cache of "
              + Arrays.toString(lengths)
              + " tokens takes one further token of each text, or several of a single one");
    }
  }

  private static void requireNext(int layer, int expected) {
    if (layer != expected) {
      throw new IllegalStateException("layer " + layer + " after " + expected + " layers");
    }
  }

  private long blocks(int places) {
    return (places + block - 1L) / block * block;
  }

  @Override
  public void close() {
    forgetMasks();
    for (Kept kept : layers) {
      kept.keys().close();
      kept.values().close();
    }
    layers.clear();
  }
}
