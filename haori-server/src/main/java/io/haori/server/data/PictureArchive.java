package io.haori.server.data;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.model.image.ImageFormat;
import io.haori.server.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Takes the pictures out of a ZIP file, and nothing else: every file is a new one below one folder,
 * and number and bytes are bounded while they are written. What is no picture by its name is passed
 * over, as is what begins with a dot; links are never made.
 */
final class PictureArchive {
  /** The most pictures of one upload. */
  static final int MOST_PICTURES = 100_000;

  private static final int MOST_FOLDERS = 8;
  private static final int LONGEST_NAME = 255;
  private static final int PART = 1 << 16;

  /** Names of programs that do not say how they write names, which are those of Windows here. */
  private static final Charset OLD = Charset.forName("windows-31j");

  /** What macOS adds for itself. */
  private static final String MAC = "__MACOSX";

  private final Path file;
  private final String shown;
  private final long mostBytes;
  private long bytes;
  private int pictures;

  /**
   * A file that was sent.
   *
   * @param file the ZIP file
   * @param shown how sentences call it
   * @param mostBytes that its pictures may have
   */
  PictureArchive(Path file, String shown, long mostBytes) {
    this.file = file;
    this.shown = shown;
    this.mostBytes = mostBytes;
  }

  /**
   * Writes its pictures.
   *
   * @param folder gets them; must not be there yet
   * @throws UserError when it is no ZIP file, or has a name that leads elsewhere
   * @throws Refused when it has too much
   */
  void unpack(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (ZipFile zip = open()) {
      // Two looks: a name that is refused leaves nothing behind.
      List<Found> all = new ArrayList<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        List<String> parts = parts(entry.getName());
        if (!entry.isDirectory() && isPicture(parts)) {
          all.add(new Found(entry, parts));
        }
      }
      if (all.size() > MOST_PICTURES) {
        throw Refused.tooLarge(
            shown + " must have at most " + MOST_PICTURES + " pictures, has " + all.size());
      }
      int outer = outer(all);
      for (Found one : all) {
        write(zip, one, folder, outer);
      }
    } catch (ZipException e) {
      throw unreadable(e);
    }
    if (pictures == 0) {
      throw new UserError(
          shown + " must have pictures (.png, .jpg, .jpeg, .bmp, .tif or .tiff), has none");
    }
  }

  /** A file in it, with its folders and its name. */
  private record Found(ZipEntry entry, List<String> parts) {}

  private ZipFile open() throws IOException {
    try {
      return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException e) {
      try {
        return new ZipFile(file.toFile(), OLD);
      } catch (ZipException again) {
        throw unreadable(e);
      }
    }
  }

  private UserError unreadable(ZipException e) {
    return new UserError(
        shown + " must be a ZIP file without a password, cannot be read (" + e.getMessage() + ")",
        e);
  }

  /** The folders of a name and its last part; none for what is passed over. */
  private List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    // Some programs of Windows write its own separator.
    String plain = name.replace('\\', '/');
    boolean hidden = false;
    for (String part : plain.split("/", -1)) {
      requireInside(
          !part.equals("..")
              && part.chars().noneMatch(Character::isISOControl)
              && part.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME,
          name);
      boolean here = part.isEmpty() || part.equals(".");
      hidden |= part.equals(MAC) || (!here && part.startsWith("."));
      if (!here) {
        parts.add(part);
      }
    }
    requireInside(!plain.startsWith("/") && !plain.matches("[A-Za-z]:.*"), name);
    requireInside(parts.size() <= MOST_FOLDERS + 1, name);
    return hidden ? List.of() : parts;
  }

  private void requireInside(boolean inside, String name) {
    require(
        inside,
        "each name in " + shown,
        "a path within the file, of at most "
            + MOST_FOLDERS
            + " folders and "
            + LONGEST_NAME
            + " bytes a part",
        name.replaceAll("\\p{Cntrl}", "?"));
  }

  private static boolean isPicture(List<String> parts) {
    return !parts.isEmpty() && ImageFormat.ofName(parts.get(parts.size() - 1)).isPresent();
  }

  /** Folders that hold all others, such as the one that was packed, and mean no class. */
  private static int outer(List<Found> all) {
    if (all.isEmpty()) {
      return 0;
    }
    List<String> first = all.get(0).parts();
    int outer = 0;
    while (isShared(all, first, outer)) {
      outer++;
    }
    return outer;
  }

  /** Whether all pictures are in the same folder at a depth, and none is right in it. */
  private static boolean isShared(List<Found> all, List<String> first, int depth) {
    return all.stream()
        .allMatch(
            one ->
                one.parts().size() > depth + 2 && one.parts().get(depth).equals(first.get(depth)));
  }

  private void write(ZipFile zip, Found found, Path folder, int outer) throws IOException {
    String name = found.entry().getName();
    Path target = folder;
    try {
      for (String part : found.parts().subList(outer, found.parts().size())) {
        target = target.resolve(part);
      }
    } catch (InvalidPathException e) {
      throw new UserError(shown + " has a name that this machine cannot write: " + name, e);
    }
    requireInside(target.normalize().startsWith(folder), name);
    try (InputStream in = zip.getInputStream(found.entry())) {
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
        copy(in, out);
      }
    } catch (FileAlreadyExistsException e) {
      throw new UserError(shown + " must have each name once, has " + name + " twice", e);
    }
    pictures++;
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    byte[] part = new byte[PART];
    for (int got = in.read(part); got >= 0; got = in.read(part)) {
      bytes += got;
      if (bytes > mostBytes) {
        throw Refused.tooManyBytes("The pictures in " + shown + " together", mostBytes);
      }
      out.write(part, 0, got);
    }
  }
}
