package io.haori.core.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists what is below a folder while others may write there: what vanishes meanwhile is left out,
 * and what cannot be read is one sentence.
 */
public final class FolderWalk extends SimpleFileVisitor<Path> {
  private final Path folder;
  private final Predicate<Path> wanted;
  private final int most;
  private final List<Path> found = new ArrayList<>();

  FolderWalk(Path folder, Predicate<Path> wanted, int most) {
    this.folder = folder;
    this.wanted = wanted;
    this.most = most;
  }

  /**
   * All files, in ascending order.
   *
   * @param folder a folder; a missing one has no files
   * @return links and other things that are no folders included; links are not followed
   * @throws io.haori.core.check.UserError when a folder cannot be read
   */
  public static List<Path> files(Path folder) {
    return files(folder, path -> true, Integer.MAX_VALUE);
  }

  /**
   * The size of a folder.
   *
   * @param folder a folder; a missing one has 0 bytes
   * @return bytes of all files below it; folders behind links are left out
   * @throws io.haori.core.check.UserError when a folder cannot be read
   */
  public static long bytes(Path folder) {
    return files(folder).stream()
        .filter(Files::isRegularFile)
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  /**
   * Those files that are wanted, in ascending order.
   *
   * @param folder a folder; a missing one has no files
   * @param wanted gets paths relative to the folder, of folders too: what is in one that is not
   *     wanted is not looked at
   * @param most files to find; the walk ends with them
   * @return links and other things that are no folders included; links are not followed
   * @throws io.haori.core.check.UserError when a folder cannot be read
   */
  public static List<Path> files(Path folder, Predicate<Path> wanted, int most) {
    FolderWalk walk = new FolderWalk(folder, wanted, most);
    try {
      Files.walkFileTree(folder, walk);
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
    return walk.found.stream().sorted().toList();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
    return path.equals(folder) || wanted.test(folder.relativize(path))
        ? FileVisitResult.CONTINUE
        : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
    if (wanted.test(folder.relativize(path))) {
      found.add(path);
    }
    return found.size() < most ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
    return passBy(e);
  }

  @Override
  public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) throws IOException {
    return e == null ? FileVisitResult.CONTINUE : passBy(e);
  }

  private static FileVisitResult passBy(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }
}
