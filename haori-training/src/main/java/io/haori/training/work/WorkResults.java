package io.haori.training.work;

import io.haori.core.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Puts what a run left behind where it would have been written by this process. */
public final class WorkResults {
  private WorkResults() {}

  /**
   * Copies a folder in place of what was there, whole or not at all.
   *
   * @param from the folder of a result
   * @param to where it will be
   */
  public static void place(Path from, Path to) {
    AtomicFiles.writeFolder(to, target -> copy(from, target));
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.sorted().toList();
    }
    for (Path one : all) {
      Path target = to.resolve(from.relativize(one).toString());
      if (Files.isDirectory(one)) {
        Files.createDirectories(target);
      } else {
        Files.copy(one, target);
      }
    }
  }
}
