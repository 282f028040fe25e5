package io.haori.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Three small domains of things that are one of two kinds each. */
final class DemoDomains {
  static final List<String> NAMES = List.of("shed", "zoo", "kitchen");
  private static final List<List<String>> FIRST =
      List.of(
          List.of("hammer", "saw", "wrench", "drill", "chisel", "pliers", "screwdriver", "axe"),
          List.of("lion", "tiger", "bear", "wolf", "horse", "goat", "zebra", "camel"),
          List.of("bread", "cake", "biscuit", "pie", "bun", "roll", "muffin", "waffle"));
  private static final List<List<String>> SECOND =
      List.of(
          List.of("apple", "pear", "plum", "cherry", "grape", "melon", "peach", "lemon"),
          List.of("eagle", "owl", "crow", "gull", "robin", "hawk", "swan", "duck"),
          List.of("milk", "tea", "coffee", "juice", "wine", "beer", "water", "cider"));
  private static final List<List<String>> LABELS =
      List.of(List.of("tool", "fruit"), List.of("mammal", "bird"), List.of("food", "drink"));

  private DemoDomains() {}

  /** Writes all three; their names are {@link #NAMES}. */
  static String write(Path folder, int testRows) throws IOException {
    for (int domain = 0; domain < NAMES.size(); domain++) {
      Path data = Files.createDirectories(folder.resolve(NAMES.get(domain)));
      write(data, "train", "a %s is on the table", domain, 8);
      write(data, "validation", "where is the %s", domain, 4);
      write(data, "test", "the %s is mine", domain, testRows);
    }
    return String.join(" ", NAMES.stream().map(name -> folder.resolve(name).toString()).toList());
  }

  private static void write(Path data, String split, String sentence, int domain, int rows)
      throws IOException {
    List<String> labels = LABELS.get(domain);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      boolean first = i % 2 == 0;
      String word = (first ? FIRST : SECOND).get(domain).get(i / 2);
      lines.append(
          "{\"text\": \"%s\", \"label\": \"%s\"}%n"
              .formatted(sentence.formatted(word), labels.get(first ? 0 : 1)));
    }
    Files.writeString(data.resolve(split + ".jsonl"), lines.toString());
  }
}
