package io.haori.cluster;

import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tiny base, small domains for it, and a look at what was made of them. */
final class TinyDomains {
  private TinyDomains() {}

  /** The base's folder. */
  static Path base(Path folder) {
    return TinyBase.folder(folder);
  }

  /** A file of texts, as {@code NAME=FILE}. */
  static String corpus(Path folder, String name, int texts) throws IOException {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < texts; i++) {
      lines.add(
          random
              .ints(4, 8, 90)
              .mapToObj(id -> "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26))
              .collect(Collectors.joining(" ")));
    }
    Path file = Files.write(folder.resolve(name + ".txt"), lines);
    return name + "=" + file.getFileName();
  }

  /** All files by their path, without what clocks and memory meters said. */
  static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = Arrays.toString(Files.readAllBytes(file));
        if (file.endsWith("run.json")) {
          text = Files.readString(file).replaceAll("\"(seconds|peakMegabytes)\":[^,}]*", "");
        }
        files.put(folder.relativize(file).toString(), text);
      }
    }
    return files;
  }
}
