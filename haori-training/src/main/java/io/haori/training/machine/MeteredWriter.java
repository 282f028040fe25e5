package io.haori.training.machine;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.KeyValueCache;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Texts of random tokens on a decoder, {@value #PROMPT} each or as many as it can read, which grow
 * by a token at each call. Begins anew where the base has no positions left. Owns all but the base.
 */
final class MeteredWriter implements AutoCloseable {
  static final int PROMPT = 32;

  private final TextBase base;
  private final CausalLanguageHead head;
  private final DType dtype;
  private final int texts;
  private final SplittableRandom random = new SplittableRandom(1);
  private KeyValueCache cache;

  MeteredWriter(TextBase base, DType dtype, int texts) {
    this.base = base;
    this.head = Objects.requireNonNull(base.backbone().causalHead());
    this.dtype = dtype;
    this.texts = texts;
    this.cache = begun();
  }

  private KeyValueCache begun() {
    int length = Math.min(PROMPT, base.backbone().positions() / 2);
    int[] lengths = new int[texts];
    Arrays.fill(lengths, length);
    long[] ids = ids(texts * length);
    KeyValueCache begun = new KeyValueCache(dtype);
    try (TextBatch prompts = new TextBatch(ids, new long[ids.length], lengths, length)) {
      advance(prompts, begun);
      return begun;
    } catch (RuntimeException e) {
      begun.close();
      throw e;
    }
  }

  private long[] ids(int count) {
    return random.longs(count, 0, base.backbone().config().vocabularySize()).toArray();
  }

  /** The next token of every text: its pass, and the scores of all tokens that may follow. */
  void furtherToken() {
    int[] lengths = cache.lengths();
    if (lengths[0] >= base.backbone().positions()) {
      cache.close();
      cache = begun();
      lengths = cache.lengths();
    }
    try (TextBatch next = TextBatch.further(ids(texts), lengths)) {
      advance(next, cache);
    }
  }

  private void advance(TextBatch batch, KeyValueCache into) {
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(dtype)) {
      Tensor last = base.backbone().next(tape, batch, into, Adaptation.NONE);
      head.logits(tape, tape.constant(last)).value().argmax(1).toLongs();
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
