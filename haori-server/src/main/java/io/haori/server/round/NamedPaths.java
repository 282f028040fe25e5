package io.haori.server.round;

import io.haori.core.check.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What files are called in sentences: where they are on the server is not the user's business. */
final class NamedPaths {
  private NamedPaths() {}

  /**
   * Does something whose sentences name files.
   *
   * @param names of these files
   * @throws UserError of the work, with the names in place of paths
   */
  static <T> T named(Map<Path, String> names, Supplier<T> work) {
    try {
      return work.get();
    } catch (UserError e) {
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      List<Path> longestFirst = new ArrayList<>(names.keySet());
      longestFirst.sort((one, other) -> other.toString().length() - one.toString().length());
      for (Path path : longestFirst) {
        sentence = sentence.replace(path.toString(), Objects.requireNonNull(names.get(path)));
      }
      throw new UserError(e.kind(), sentence);
    }
  }
}
