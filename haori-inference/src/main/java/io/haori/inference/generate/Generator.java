package io.haori.inference.generate;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.generate.Generated.End;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.KeyValueCache;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets a decoder write on from prompts: the prompts go through the base once, from then on each
 * further token alone, with the keys and values of those before it kept. Safe for several threads,
 * as the base is.
 */
public final class Generator {
  /** Prompts that wait join when this part of the places is free: each joining is a pass. */
  private static final int JOINED = 4;

  private final TextBase base;
  private final CausalLanguageHead head;
  private final Adaptation adaptation;
  private final DType dtype;
  private final Set<Integer> endTokens;

  /**
   * A generator on a base.
   *
   * @param base a decoder; stays open
   * @param adaptation which adapter sits where
   * @param dtype type of the passes
   * @throws UserError when the base has no head that predicts the next token
   */
  public Generator(TextBase base, Adaptation adaptation, DType dtype) {
    CausalLanguageHead found = base.backbone().causalHead();
    if (found == null) {
      throw new UserError(
          "base must be a decoder with its language-model head, which writes text, got "
              + base.name());
    }
    this.base = base;
    this.head = found;
    this.adaptation = adaptation;
    this.dtype = dtype;
    this.endTokens = new HashSet<>(base.backbone().config().endTokens());
    Integer named = base.tokenizer().endId();
    if (named != null) {
      endTokens.add(named);
    }
  }

  /**
   * Writes on from one prompt.
   *
   * @param prompt at least one token
   * @param settings what the text may become
   */
  public Generated generate(String prompt, GenerationSettings settings) {
    return generate(List.of(prompt), settings, GenerationListener.SILENT).get(0);
  }

  /**
   * Writes on from prompts, all at once. A text is the same as alone, but for rounding.
   *
   * @param prompts at least one, of at least one token each
   * @param settings what each text may become
   * @param listener hears the texts while they are written
   * @return one text a prompt, in their order
   * @throws UserError when a prompt has no token, or leaves no room in the base's positions
   */
  public List<Generated> generate(
      List<String> prompts, GenerationSettings settings, GenerationListener listener) {
    return generate(prompts, settings, Math.max(1, prompts.size()), listener);
  }

  /**
   * Writes on from many prompts, some of them at a time. Which are written together changes no text
   * but for rounding, and no draw.
   *
   * @param prompts at least one, of at least one token each
   * @param settings what each text may become
   * @param together texts that are written at once at most; at least 1
   * @param listener hears the texts while they are written
   * @return one text a prompt, in their order; an empty one where the listener wanted no more
   *     before it began
   * @throws UserError when a prompt has no token, or leaves no room in the base's positions; before
   *     anything is written
   */
  public List<Generated> generate(
      List<String> prompts,
      GenerationSettings settings,
      int together,
      GenerationListener listener) {
    return write(
        prompts.stream().map(one -> Prompt.of(base.tokenizer(), one)).toList(),
        settings,
        together,
        listener);
  }

  /**
   * The same from prompts of any kind, such as conversations.
   *
   * @param prompts at least one, of at least one token each
   * @param settings what each text may become
   * @param together texts that are written at once at most; at least 1
   * @param listener hears the texts while they are written
   * @return one text a prompt, in their order
   * @throws UserError when a prompt has no token, or leaves no room in the base's positions; before
   *     anything is written
   */
  public List<Generated> write(
      List<Prompt> prompts,
      GenerationSettings settings,
      int together,
      GenerationListener listener) {
    require(together >= 1, "together", "at least 1", together);
    List<Writing> all = new ArrayList<>();
    for (Prompt prompt : prompts) {
      check(prompt);
      all.add(new Writing(all.size(), prompt, settings, listener));
    }
    write(new ArrayDeque<>(all), together, listener);
    return all.stream().map(Writing::result).toList();
  }

  /** A text that nothing is read of, for prompts that begin alike. */
  public ReadText nothingRead() {
    return new ReadText(dtype);
  }

  /**
   * Writes on from a prompt of which only what is not read already goes through the base. The text
   * is the same as without, but for rounding.
   *
   * @param prompt at least one token
   * @param settings what the text may become
   * @param read of this generator; holds the prompt and what is written afterwards
   * @param listener hears the text while it is written, as prompt 0
   * @throws UserError when the prompt has no token, or leaves no room in the base's positions
   */
  public Generated write(
      Prompt prompt, GenerationSettings settings, ReadText read, GenerationListener listener) {
    check(prompt);
    List<Writing> only = List.of(new Writing(0, prompt, settings, listener));
    Writing writing = only.get(0);
    boolean whole = false;
    try {
      int[] ids = writing.prompt;
      int known = read.keep(ids);
      int[] unread = Arrays.copyOfRange(ids, known, ids.length);
      advance(only, unread, known, read);
      while (writing.end == null && !listener.cancelled()) {
        advance(only, new int[] {(int) writing.latest}, read.tokens(), read);
      }
      whole = true;
    } finally {
      if (!whole) {
        read.forget();
      }
    }
    return writing.result();
  }

  private void advance(List<Writing> only, int[] unread, int before, ReadText read) {
    long[] ids = Arrays.stream(unread).asLongStream().toArray();
    try (TextBatch batch = TextBatch.further(ids, before)) {
      advance(only, batch, read.cache());
    }
    read.add(unread);
  }

  /**
   * Refuses a prompt that cannot be written on from.
   *
   * @param prompt of a text or a conversation
   * @throws UserError when it has no token, or leaves no room in the base's positions
   */
  public void check(Prompt prompt) {
    require(prompt.length() > 0, "prompt", "a text of at least one token", "none");
    int positions = base.backbone().positions();
    require(
        prompt.length() < positions,
        "prompt",
        "at most " + (positions - 1) + " tokens, one less than the base has positions",
        prompt.length());
  }

  /** Tokens that a prompt and what is written have together at most. */
  public int positions() {
    return base.backbone().positions();
  }

  /** The place of a text that has ended is taken by the next one that waits. */
  private void write(Deque<Writing> waiting, int together, GenerationListener listener) {
    List<Writing> open = List.of();
    KeyValueCache cache = new KeyValueCache(dtype);
    try {
      boolean begun = false;
      while ((!open.isEmpty() || !waiting.isEmpty()) && !(begun && listener.cancelled())) {
        if (open.isEmpty()) {
          cache.close();
          cache = new KeyValueCache(dtype);
        }
        int free = together - open.size();
        if (!waiting.isEmpty() && (open.isEmpty() || free >= Math.max(1, together / JOINED))) {
          open = joined(open, waiting, free, cache);
          begun = true;
          continue;
        }
        long[] further = open.stream().mapToLong(one -> one.latest).toArray();
        try (TextBatch next = TextBatch.further(further, cache.lengths())) {
          advance(open, next, cache);
        }
        open = unfinished(open, cache);
      }
    } finally {
      cache.close();
    }
  }

  /** Reads prompts that wait, whose texts are written together with those that are open. */
  private List<Writing> joined(
      List<Writing> open, Deque<Writing> waiting, int free, KeyValueCache cache) {
    List<Writing> some = new ArrayList<>();
    while (some.size() < free && !waiting.isEmpty()) {
      some.add(waiting.poll());
    }
    try (KeyValueCache own = new KeyValueCache(dtype);
        TextBatch whole = batch(some)) {
      advance(some, whole, own);
      List<Writing> begun = unfinished(some, own);
      if (begun.isEmpty()) {
        return open;
      }
      cache.add(own);
      List<Writing> all = new ArrayList<>(open);
      all.addAll(begun);
      return all;
    }
  }

  /** The texts that are still written; what is kept of the others goes. */
  private static List<Writing> unfinished(List<Writing> all, KeyValueCache cache) {
    int[] open = IntStream.range(0, all.size()).filter(at -> all.get(at).end == null).toArray();
    if (open.length > 0 && open.length < all.size()) {
      cache.keep(open);
    }
    return IntStream.of(open).mapToObj(all::get).toList();
  }

  private static TextBatch batch(List<Writing> all) {
    int[] lengths = all.stream().mapToInt(one -> one.prompt.length).toArray();
    int length = Arrays.stream(lengths).max().orElse(0);
    long[] ids = new long[lengths.length * length];
    for (int row = 0; row < lengths.length; row++) {
      for (int at = 0; at < lengths[row]; at++) {
        ids[row * length + at] = all.get(row).prompt[at];
      }
    }
    return new TextBatch(ids, new long[ids.length], lengths, length);
  }

  private void advance(List<Writing> all, TextBatch batch, KeyValueCache cache) {
    // A table may have more rows than the tokenizer has tokens.
    int known = base.tokenizer().vocabularySize();
    boolean greedy = all.stream().allMatch(one -> one.chooser.isPlain());
    float[] scores = {};
    long[] likely = {};
    int vocabulary;
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(dtype)) {
      Tensor last = base.backbone().next(tape, batch, cache, adaptation);
      Tensor logits = head.logits(tape, tape.constant(last)).value().to(DType.F32);
      vocabulary = (int) logits.size(1);
      if (greedy) {
        likely = logits.narrow(1, 0, Math.min(vocabulary, known)).argmax(1).toLongs();
      } else {
        scores = logits.toFloats();
      }
    }
    for (int row = 0; row < all.size(); row++) {
      if (greedy) {
        all.get(row).take((int) likely[row]);
        continue;
      }
      double[] own = new double[Math.min(vocabulary, known)];
      for (int id = 0; id < own.length; id++) {
        own[id] = scores[row * vocabulary + id];
      }
      all.get(row).take(own);
    }
  }

  /** One text while it is written. */
  private final class Writing {
    private final int index;
    private final int[] prompt;
    private final Set<Integer> ends;
    private final TokenChooser chooser;
    private final TextStream stream;
    private final GenerationListener listener;
    private final int most;
    private int tokens;
    private long latest;
    private @Nullable End end;

    Writing(int index, Prompt given, GenerationSettings settings, GenerationListener listener) {
      this.index = index;
      this.prompt = given.ids();
      this.ends = given.ends();
      this.chooser = new TokenChooser(settings, index, prompt);
      List<String> stop = new ArrayList<>(settings.stop());
      stop.addAll(given.stop());
      this.stream = new TextStream(base.tokenizer(), stop, prompt);
      this.listener = listener;
      this.most = Math.min(settings.maxTokens(), base.backbone().positions() - prompt.length);
    }

    /** Chooses the next token. */
    void take(double[] scores) {
      take(chooser.choose(scores));
    }

    /** Takes the next token. */
    void take(int chosen) {
      add(chosen);
      if (end != null) {
        listener.onEnd(index, generated(end));
      }
    }

    private void add(int chosen) {
      latest = chosen;
      tokens++;
      if (endTokens.contains(chosen) || ends.contains(chosen)) {
        finish(End.TOKEN);
        return;
      }
      show(stream.add(chosen));
      if (stream.stopped()) {
        end = End.STOP;
      } else if (tokens == most) {
        finish(End.LENGTH);
      }
    }

    private void finish(End reason) {
      show(stream.end());
      end = stream.stopped() ? End.STOP : reason;
    }

    private void show(String piece) {
      if (!piece.isEmpty()) {
        listener.onText(index, piece);
      }
    }

    Generated result() {
      if (end != null) {
        return generated(end);
      }
      finish(End.CANCELLED);
      Generated broken = generated(end == null ? End.CANCELLED : end);
      listener.onEnd(index, broken);
      return broken;
    }

    private Generated generated(End reason) {
      return new Generated(stream.text(), prompt.length, tokens, reason);
    }
  }
}
