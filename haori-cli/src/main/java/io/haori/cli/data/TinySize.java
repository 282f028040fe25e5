package io.haori.cli.data;

import io.haori.model.family.llama.NewLlama;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How large a tiny language model is. */
@SuppressWarnings("ImmutableEnumChecker") // A record of numbers.
enum TinySize {
  /** Speaks: 12 million numbers, sixty thousand texts. */
  SMALL(new NewLlama(8192, 320, 8, 8, 864, 256), 60_000, 64, 2e-3),
  /** Babbles: to look at every feature after a minute of one core. */
  NANO(new NewLlama(1024, 96, 3, 4, 256, 256), 12_000, 32, 4e-3),
  /** For tests: hardly a word. */
  PICO(new NewLlama(512, 32, 2, 2, 64, 128), 600, 16, 6e-3);

  private final NewLlama shape;
  private final int texts;
  private final int batchSize;
  private final double learningRate;

  TinySize(NewLlama shape, int texts, int batchSize, double learningRate) {
    this.shape = shape;
    this.texts = texts;
    this.batchSize = batchSize;
    this.learningRate = learningRate;
  }

  /** As the user writes it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(TinySize::word).toList();
  }

  NewLlama shape() {
    return shape;
  }

  /** Texts that are learnt from at most. */
  int texts() {
    return texts;
  }

  int batchSize() {
    return batchSize;
  }

  double learningRate() {
    return learningRate;
  }
}
