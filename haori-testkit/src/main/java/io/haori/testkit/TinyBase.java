package io.haori.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** A tiny random base of 96 words, and data that it can learn. */
public final class TinyBase {
  private TinyBase() {}

  /**
   * The base as a folder.
   *
   * @param temporary where it is made
   * @return the folder
   */
  public static Path folder(Path temporary) {
    try {
      Path folder = Golden.copy("models/bert-classification", temporary);
      List<String> words = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
      for (int i = words.size(); i < 96; i++) {
        words.add("word" + (char) ('a' + i / 26) + (char) ('a' + i % 26));
      }
      Files.write(folder.resolve("vocab.txt"), words);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows whose label says which of three words is among others. */
  public static Path data(Path folder, int trainRows, boolean domains) throws IOException {
    Files.createDirectories(folder);
    SplittableRandom random = new SplittableRandom(5);
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < (split.equals("train") ? trainRows : 12); i++) {
        int label = i % 3;
        String words =
            random
                .ints(2 + random.nextInt(6), 20, 90)
                .mapToObj(TinyBase::word)
                .collect(Collectors.joining(" "));
        String domain = domains ? ",\"domain\":\"" + (i % 2 == 0 ? "even" : "odd") + "\"" : "";
        lines.add(
            "{\"text\":\"%s %s\",\"label\":\"%s\"%s}"
                .formatted(word(8 + label), words, "abc".charAt(label), domain));
      }
      Files.write(folder.resolve(split + ".jsonl"), lines);
    }
    return folder;
  }

  private static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }
}
