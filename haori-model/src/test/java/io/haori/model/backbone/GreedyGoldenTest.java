package io.haori.model.backbone;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.weights.DType;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that follow a prompt, with kept keys and values, against the reference's. */
class GreedyGoldenTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama3-rope-causal",
        "qwen2-causal-untied",
        "qwen3-causal",
        "mistral-window-causal",
        "gpt2-causal-2"
      })
  void mostLikelyTokensAreThoseOfTheReference(String name) {
    try (Scope scope = Scope.open();
        Weights io = io(name);
        Backbone backbone = open(name)) {
      Tensor prompts = io.load("gen.input");
      int rows = (int) prompts.size(0);
      int length = (int) prompts.size(1);
      int count = (int) io.load("gen.tokens").size(1);
      long[] written = new long[rows * count];
      int[] lengths = new int[rows];
      Arrays.fill(lengths, length);
      try (KeyValueCache cache = new KeyValueCache(DType.F32);
          TextBatch first =
              new TextBatch(prompts.toLongs(), new long[rows * length], lengths, length)) {
        long[] next = mostLikely(backbone, first, cache);
        for (int step = 0; step < count; step++) {
          for (int row = 0; row < rows; row++) {
            written[row * count + step] = next[row];
          }
          try (TextBatch one = TextBatch.further(next, cache.lengths())) {
            next = mostLikely(backbone, one, cache);
          }
        }
      }
      assertThat(written).isEqualTo(io.load("gen.tokens").toLongs());
    }
  }

  /** Texts of different length, beyond the first block, as whole passes compute them. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3-causal", "mistral-window-causal", "gpt2-causal"})
  void aFurtherTokenSeesWhatAWholePassSees(String name) {
    int[] lengths = {3, 1, 6};
    int most = 40;
    long[][] texts = new long[lengths.length][most];
    for (int row = 0; row < texts.length; row++) {
      for (int at = 0; at < most; at++) {
        texts[row][at] = 5 + (31L * row + 17L * at * at) % 90;
      }
    }
    try (Scope scope = Scope.open();
        Backbone backbone = open(name);
        KeyValueCache cache = new KeyValueCache(DType.F32, 8)) {
      Tensor got;
      try (TextBatch first = batch(texts, lengths)) {
        got = backbone.next(Tape.inference(DType.F32), first, cache, Adaptation.NONE);
      }
      for (int step = 0; step < most - 6; step++) {
        int[] whole = lengths.clone();
        long[] further = new long[lengths.length];
        for (int row = 0; row < lengths.length; row++) {
          further[row] = texts[row][lengths[row] + step];
          whole[row] += step + 1;
        }
        try (TextBatch one = TextBatch.further(further, cache.lengths())) {
          got = backbone.next(Tape.inference(DType.F32), one, cache, Adaptation.NONE);
        }
        if (step % 11 == 0) {
          try (TextBatch all = batch(texts, whole)) {
            Tensor expected =
                Pooling.LAST
                    .apply(Tape.inference(DType.F32), backbone, all, Adaptation.NONE, false)
                    .value();
            assertClose("after " + step, got, expected, 1e-5, 1e-6);
          }
        }
      }
    }
  }

  /** The longest text leaves, then the first, while the others are written on. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3-causal", "mistral-window-causal"})
  void textsThatStaySeeWhatAWholePassSees(String name) {
    int[] lengths = {3, 1, 19, 5};
    long[][] texts = new long[lengths.length][40];
    for (int row = 0; row < texts.length; row++) {
      for (int at = 0; at < 40; at++) {
        texts[row][at] = 5 + (29L * row + 13L * at * at) % 90;
      }
    }
    try (Scope scope = Scope.open();
        Backbone backbone = open(name);
        KeyValueCache cache = new KeyValueCache(DType.F32, 8)) {
      try (TextBatch first = batch(texts, lengths)) {
        backbone.next(Tape.inference(DType.F32), first, cache, Adaptation.NONE);
      }
      int[] here = {0, 1, 2, 3};
      for (int step = 0; step < 12; step++) {
        if (step == 2) {
          long before = cache.bytes();
          cache.keep(0, 1, 3);
          here = new int[] {0, 1, 3};
          assertThat(cache.lengths()).containsExactly(5, 3, 7);
          // Three texts of at most 7 tokens in place of four of 21.
          assertThat(cache.bytes()).isEqualTo(before / 4 / 3 * 3);
        } else if (step == 6) {
          cache.keep(1, 2);
          here = new int[] {1, 3};
        }
        long[][] whole = new long[here.length][];
        int[] now = new int[here.length];
        long[] further = new long[here.length];
        for (int row = 0; row < here.length; row++) {
          int at = lengths[here[row]] + step;
          whole[row] = texts[here[row]];
          now[row] = at + 1;
          further[row] = whole[row][at];
        }
        Tensor got;
        try (TextBatch one = TextBatch.further(further, cache.lengths())) {
          got = backbone.next(Tape.inference(DType.F32), one, cache, Adaptation.NONE);
        }
        try (TextBatch all = batch(whole, now)) {
          Tensor expected =
              Pooling.LAST
                  .apply(Tape.inference(DType.F32), backbone, all, Adaptation.NONE, false)
                  .value();
          assertClose("after " + step, got, expected, 1e-5, 1e-6);
        }
      }
    }
  }

  /** A conversation whose end is taken back and goes another way, several tokens at a time. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3-causal", "mistral-window-causal", "gpt2-causal", "llama-causal"})
  void severalFurtherTokensSeeWhatAWholePassSees(String name) {
    long[] text = new long[40];
    for (int at = 0; at < text.length; at++) {
      text[at] = 5 + (23L * at * at) % 90;
    }
    try (Scope scope = Scope.open();
        Backbone backbone = open(name);
        KeyValueCache cache = new KeyValueCache(DType.F32, 8)) {
      try (TextBatch first = batch(new long[][] {text}, 3)) {
        backbone.next(Tape.inference(DType.F32), first, cache, Adaptation.NONE);
      }
      int[][] parts = {{3, 9}, {9, 10}, {10, 29}, {6, 8}, {8, 40}};
      for (int[] part : parts) {
        if (part[0] < cache.lengths()[0]) {
          cache.shorten(part[0]);
          for (int at = part[0]; at < text.length; at++) {
            text[at] = 5 + (19L * at) % 90;
          }
        }
        Tensor got;
        try (TextBatch more =
            TextBatch.further(Arrays.copyOfRange(text, part[0], part[1]), part[0])) {
          got = backbone.next(Tape.inference(DType.F32), more, cache, Adaptation.NONE);
        }
        assertThat(cache.lengths()).containsExactly(part[1]);
        try (TextBatch all = batch(new long[][] {text}, part[1])) {
          Tensor expected =
              Pooling.LAST
                  .apply(Tape.inference(DType.F32), backbone, all, Adaptation.NONE, false)
                  .value();
          assertClose("after " + part[1], got, expected, 1e-5, 1e-6);
        }
      }
      assertThatThrownBy(() -> cache.shorten(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.shorten(41)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void keysAndValuesGrowByBlocks() {
    try (Scope scope = Scope.open();
        Backbone backbone = open("llama-causal");
        KeyValueCache cache = new KeyValueCache(DType.F32);
        TextBatch first = batch(new long[][] {new long[64]}, 64)) {
      backbone.next(Tape.inference(DType.F32), first, cache, Adaptation.NONE);
      // Two layers of keys and of values, two shared heads of eight numbers of four bytes.
      assertThat(cache.bytes()).isEqualTo(2L * 2 * 2 * 8 * 4 * KeyValueCache.BLOCK);
      assertThat(cache.lengths()).containsExactly(64);
      try (TextBatch beyond = TextBatch.further(new long[] {5}, new int[] {64})) {
        assertThatThrownBy(
                () -> backbone.next(Tape.inference(DType.F32), beyond, cache, Adaptation.NONE))
            .hasMessage("length of a text must be at most 64 tokens, got 65");
      }
      try (TextBatch other = TextBatch.further(new long[] {5}, new int[] {3})) {
        assertThatThrownBy(
                () -> backbone.next(Tape.inference(DType.F32), other, cache, Adaptation.NONE))
            .hasMessage(
                "a cache of [64] tokens takes one further token of each text, or several of a"
                    + " single one");
      }
    }
  }

  private Backbone open(String name) {
    Path folder = Golden.copy("models/" + name, temporary);
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return FamilyCatalogue.build(
          FamilyCatalogue.read(folder.resolve("config.json")), weights, DType.F32);
    }
  }

  private Weights io(String name) {
    return SafetensorsFile.open(Golden.copy("models/" + name, temporary).resolve("io.safetensors"));
  }

  private static TextBatch batch(long[][] texts, int... lengths) {
    int length = Arrays.stream(lengths).max().getAsInt();
    long[] ids = new long[lengths.length * length];
    for (int row = 0; row < lengths.length; row++) {
      System.arraycopy(texts[row], 0, ids, row * length, lengths[row]);
    }
    return new TextBatch(ids, new long[ids.length], lengths, length);
  }

  private static long[] mostLikely(Backbone backbone, TextBatch batch, KeyValueCache cache) {
    try (Scope scope = Scope.open()) {
      Tape tape = Tape.inference(DType.F32);
      Tensor last = backbone.next(tape, batch, cache, Adaptation.NONE);
      CausalLanguageHead head = Objects.requireNonNull(backbone.causalHead());
      return head.logits(tape, tape.constant(last)).value().argmax(1).toLongs();
    }
  }
}
