package io.haori.cli.data;

import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.model.image.ImageFormat;
import io.haori.training.data.image.ImageFolder;
import io.haori.training.data.records.DataRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds labelled pictures to folders of pictures by class: copies all into a new folder.
 *
 * @param pictures folder in which the rows name pictures
 * @param before folder of the labelled pictures before; null for none
 */
record PictureAdd(Path pictures, @Nullable Path before) {
  private static final int LONGEST_NAME = 255;

  /** Part of a dataset that has splits in which labelled pictures belong. */
  private static final String TRAIN = "train";

  /**
   * Copies.
   *
   * @param rows with the columns text, the name of a picture, and label
   * @param file that the rows are from
   * @param out the new folder
   * @return pictures that were there before
   */
  int into(List<DataRecord> rows, Path file, Path out) {
    List<Path> old = before == null ? List.of() : ImageFolder.all(before);
    boolean split = before != null && ImageFolder.hasClasses(before.resolve(TRAIN));
    Map<Path, Path> targets = new LinkedHashMap<>();
    for (Path one : old) {
      targets.put(Objects.requireNonNull(before).relativize(one), one);
    }
    for (DataRecord row : rows) {
      Path picture = picture(row, file);
      Path place = Path.of(split ? TRAIN : "").resolve(label(row, file));
      Path name = Objects.requireNonNull(picture.getFileName());
      Path target = place.resolve(name);
      for (int number = 2; targets.containsKey(target); number++) {
        target = place.resolve(number + "-" + name);
      }
      targets.put(target, picture);
    }
    AtomicFiles.writeFolder(
        out,
        folder -> {
          for (Map.Entry<Path, Path> one : targets.entrySet()) {
            copy(one.getValue(), folder.resolve(one.getKey()));
          }
        });
    return old.size();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(Objects.requireNonNull(to.getParent()));
    Files.copy(from, to);
  }

  private Path picture(DataRecord row, Path file) {
    String name = DataAddCommand.field(row, "text", file);
    try {
      Path picture = pictures.resolve(name).normalize();
      if (picture.startsWith(pictures.normalize())
          && ImageFormat.ofName(name).isPresent()
          && Files.isRegularFile(picture, LinkOption.NOFOLLOW_LINKS)) {
        return picture;
      }
    } catch (InvalidPathException e) {
      // Named below, as what is not there.
    }
    throw Check.at(
        file, row.line(), "text must be the name of a picture in " + pictures + ", got " + name);
  }

  private static String label(DataRecord row, Path file) {
    String label = DataAddCommand.field(row, "label", file).strip();
    boolean named =
        !label.startsWith(".")
            && label.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
            && label.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
    if (!named) {
      throw Check.at(
          file, row.line(), "label must be a name that a folder can have, got \"" + label + "\"");
    }
    return label;
  }
}
