package io.haori.training.data.image;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FolderWalk;
import io.haori.model.image.ImageFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Folders of pictures by class, {@code crack/0001.png} and {@code ok/0001.png}: the name of a
 * folder is the class of all pictures in it and in its folders. What is no picture by its name is
 * passed over, as is what begins with a dot.
 */
public final class ImageFolder {
  /** Pictures of formats that are not read, which must not be left out in silence. */
  private static final Set<String> UNREAD =
      Set.of("gif", "webp", "heic", "heif", "avif", "jp2", "psd", "svg", "dng", "cr2", "nef");

  private static final String NAMES = ".png, .jpg, .jpeg, .bmp, .tif or .tiff";

  private ImageFolder() {}

  /**
   * A picture of a class.
   *
   * @param file where it is
   * @param className the name of its folder
   */
  public record Found(Path file, String className) {}

  /**
   * Whether a folder has class folders: folders with a picture in them.
   *
   * @param folder any place
   */
  public static boolean hasClasses(Path folder) {
    return Files.isDirectory(folder)
        && folders(folder).stream().anyMatch(one -> !pictures(one, 1).isEmpty());
  }

  /**
   * Whether a folder has pictures, in itself or in its folders.
   *
   * @param folder any place
   */
  public static boolean hasPictures(Path folder) {
    return Files.isDirectory(folder) && !pictures(folder, 1).isEmpty();
  }

  /**
   * The pictures of class folders.
   *
   * @param folder with one folder for each class
   * @return in the order of their classes and names
   * @throws UserError when a class has no picture, or a picture no class
   */
  public static List<Found> classes(Path folder) {
    List<Found> all = new ArrayList<>();
    for (Path one : folders(folder)) {
      List<Path> files = pictures(one, Integer.MAX_VALUE);
      if (files.isEmpty()) {
        throw Check.in(one, "must have at least one picture (" + NAMES + "), has none");
      }
      files.forEach(file -> all.add(new Found(file, String.valueOf(one.getFileName()))));
    }
    for (Path one : children(folder)) {
      if (Files.isRegularFile(one) && isPicture(one)) {
        throw Check.in(one, "must be in the folder of its class, is beside them");
      }
    }
    return all;
  }

  /**
   * All pictures of a folder and of its folders, whose names mean nothing.
   *
   * @param folder with at least one
   * @return in the order of their names
   * @throws UserError when there is none
   */
  public static List<Path> all(Path folder) {
    List<Path> files = pictures(folder, Integer.MAX_VALUE);
    if (files.isEmpty()) {
      throw Check.in(folder, "must have at least one picture (" + NAMES + "), has none");
    }
    return files;
  }

  /**
   * Some pictures of a folder and of its folders: those that are found first.
   *
   * @param folder any
   * @param most how many at most
   */
  public static List<Path> some(Path folder, int most) {
    return pictures(folder, most);
  }

  /**
   * The folders in a folder, each of which is a class where they hold pictures.
   *
   * @param folder any
   * @return in the order of their names
   */
  public static List<Path> classFolders(Path folder) {
    return folders(folder);
  }

  private static List<Path> folders(Path folder) {
    return children(folder).stream()
        .filter(one -> Files.isDirectory(one) && !isHidden(one))
        .toList();
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new UserError(folder + ": cannot be read (" + e.getMessage() + ")", e);
    } catch (UncheckedIOException e) {
      throw new UserError(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static List<Path> pictures(Path folder, int most) {
    // Folders are asked for, too, and have no ending of pictures as a rule.
    return FolderWalk.files(
        folder,
        relative -> {
          Path path = folder.resolve(relative);
          return !isHidden(path) && (Files.isDirectory(path) || isPicture(path));
        },
        most);
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  private static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName());
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (UNREAD.contains(ending)) {
      throw Check.in(file, "must be a picture of a format that is read (" + NAMES + ")");
    }
    return ImageFormat.ofName(name).isPresent();
  }
}
