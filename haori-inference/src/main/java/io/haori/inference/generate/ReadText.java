package io.haori.inference.generate;

import io.haori.core.weights.DType;
import io.haori.model.backbone.KeyValueCache;
import java.util.Arrays;

/**
 * Keys and values of a text that was read and written, so that a later prompt that begins like it
 * is read from where it differs: the turns of one conversation. Owns memory. Not safe for several
 * threads.
 */
public final class ReadText implements AutoCloseable {
  private int[] ids = new int[0];
  private KeyValueCache cache;
  private final DType dtype;

  /**
   * Nothing is read yet.
   *
   * @param dtype type of the passes, the generator's
   */
  ReadText(DType dtype) {
    this.dtype = dtype;
    this.cache = new KeyValueCache(dtype);
  }

  /**
   * Keeps what a prompt begins with, all but its last token at most, since that must be read for
   * what follows it.
   *
   * @param prompt tokens, at least one
   * @return how many tokens need not be read again
   */
  int keep(int[] prompt) {
    int same = Arrays.mismatch(ids, prompt);
    int kept = Math.min(same < 0 ? prompt.length : same, prompt.length - 1);
    kept = Math.min(kept, ids.length);
    if (kept == 0) {
      forget();
    } else {
      cache.shorten(kept);
      ids = Arrays.copyOf(ids, kept);
    }
    return kept;
  }

  /** Counts tokens that were read. */
  void add(int... read) {
    int[] all = Arrays.copyOf(ids, ids.length + read.length);
    System.arraycopy(read, 0, all, ids.length, read.length);
    ids = all;
  }

  KeyValueCache cache() {
    return cache;
  }

  /** Tokens that it has. */
  public int tokens() {
    return ids.length;
  }

  /** Nothing is read any more. */
  void forget() {
    cache.close();
    cache = new KeyValueCache(dtype);
    ids = new int[0];
  }

  @Override
  public void close() {
    forget();
  }
}
