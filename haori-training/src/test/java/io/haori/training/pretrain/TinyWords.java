package io.haori.training.pretrain;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.testkit.Golden;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Tiny random bases of 96 words, and texts in which some words follow others. */
final class TinyWords {
  private TinyWords() {}

  /** {@code bert-mlm} has a masked-LM head, {@code bert-classification} has none. */
  static TextBase open(String name, Path temporary) {
    try {
      Path folder = Golden.copy("models/" + name, temporary);
      List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
      for (int i = words.size(); i < 96; i++) {
        words.add(word(i));
      }
      Files.write(folder.resolve("vocab.txt"), words);
      return TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }

  /** Texts of 3 to 9 words out of ten that belong to the domain. */
  static DomainCorpus corpus(Path temporary, String name, int texts, int firstWord) {
    SplittableRandom random = new SplittableRandom(firstWord);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < texts; i++) {
      StringBuilder line = new StringBuilder(word(80 + random.nextInt(10)));
      int at = random.nextInt(10);
      int words = 2 + random.nextInt(7);
      for (int w = 0; w < words; w++) {
        line.append(' ').append(word(firstWord + at));
        at = (at + 1) % 10;
      }
      lines.add(line.toString());
    }
    try {
      Path file = temporary.resolve(name + ".txt");
      Files.write(file, lines);
      return DomainCorpus.read(name, List.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PretrainSettings settings(int epochs, int batchSize, int maxLength) {
    return settings(epochs, batchSize, maxLength, PretrainSettings.DEFAULT_PASS_TOKENS, false);
  }

  static PretrainSettings settings(
      int epochs, int batchSize, int maxLength, int passTokens, boolean checkpointing) {
    return settings("lora", epochs, batchSize, maxLength, passTokens, checkpointing);
  }

  static PretrainSettings settings(
      String method,
      int epochs,
      int batchSize,
      int maxLength,
      int passTokens,
      boolean checkpointing) {
    return new PretrainSettings(
        ObjectiveChoice.AUTO,
        MethodCatalogue.create(
            method,
            MethodCatalogue.settings(method).contains("rank")
                ? Map.of("targets", "all-linear", "rank", "4")
                : Map.of()),
        epochs,
        batchSize,
        maxLength,
        DType.F32,
        BaseOptions.DEFAULT,
        new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01),
        Schedule.DEFAULT,
        1.0,
        0.1,
        0.1,
        passTokens,
        checkpointing,
        5,
        42);
  }
}
