package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.check.UserError;
import io.haori.files.FolderWalk;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Protects what is not ours: a result replaces its folder as a whole. */
final class OutFolder {
  private OutFolder() {}

  /**
   * Refuses a folder that holds files of somebody else, and a place where nothing can be written:
   * better now than after an hour of work.
   *
   * @param out as given with {@code --out}
   * @param ours names of which one at least stands in a folder that we wrote
   * @throws IOException when the folder cannot be listed
   */
  static void check(Path out, Set<String> ours) throws IOException {
    require(!Files.exists(out) || Files.isDirectory(out), "--out", "a folder", out + " (a file)");
    requireWritable(out);
    if (!Files.isDirectory(out)) {
      return;
    }
    try (Stream<Path> files = Files.list(out)) {
      boolean empty = files.findAny().isEmpty();
      boolean known = ours.stream().anyMatch(name -> Files.exists(out.resolve(name)));
      require(
          empty || known,
          "--out",
          "a new or empty folder, or one that Haori wrote before",
          out + " (it holds other files)");
    }
  }

  /** Results are written beside their place and renamed, so the folder around it counts. */
  static void requireWritable(Path out) {
    Path around = out.toAbsolutePath().normalize().getParent();
    Path place = around == null ? out.toAbsolutePath() : around;
    try {
      Files.createDirectories(place);
      Files.delete(Files.createTempFile(place, ".haori-", ".probe"));
    } catch (IOException e) {
      throw new UserError(
          "--out must be in a folder that can be written, got " + out + " (" + reason(e) + ")", e);
    }
  }

  /** Bytes of all files in a folder that was written. */
  static long bytes(Path folder) {
    return FolderWalk.files(folder).stream()
        .filter(Files::isRegularFile)
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }
}
