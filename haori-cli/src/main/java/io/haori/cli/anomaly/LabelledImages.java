package io.haori.cli.anomaly;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.image.ImageFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a folder, of which one class is good.
 *
 * @param folder that they are in
 * @param rows all of them; those of class folders have labels
 * @param good the class of good pictures; null where the folder has no class folders, and all are
 */
record LabelledImages(Path folder, List<Row> rows, @Nullable String good) {
  /** Names of the class of good pictures that need no option. */
  private static final List<String> USUAL = List.of("good", "ok");

  /**
   * Reads a split of a folder, or the folder where it has none.
   *
   * @param data as named with {@code --data}
   * @param split the name of the split's folder
   * @param chosen the class as named with {@code --good}; null where it was not
   */
  static LabelledImages read(Path data, String split, @Nullable String chosen) {
    return read(data, split, chosen, null);
  }

  /**
   * The same for a detector, which knows the class that it was fitted to.
   *
   * @param fitted that class, taken where none is chosen and it is there; null for none
   */
  static LabelledImages read(
      Path data, String split, @Nullable String chosen, @Nullable String fitted) {
    if (!Files.isDirectory(data)) {
      throw Check.in(data, "must be a folder of pictures, but none is there");
    }
    Path folder = Files.isDirectory(data.resolve(split)) ? data.resolve(split) : data;
    if (!ImageFolder.hasClasses(folder)) {
      Check.require(
          chosen == null,
          "--good",
          "left out where there are no class folders",
          String.valueOf(chosen));
      return new LabelledImages(folder, rows(ImageFolder.all(folder), folder), null);
    }
    List<Row> rows = new ArrayList<>();
    for (ImageFolder.Found one : ImageFolder.classes(folder)) {
      rows.add(row(one.file(), folder, new Label.ClassName(one.className()), rows.size() + 1));
    }
    return new LabelledImages(folder, rows, good(rows, chosen, fitted));
  }

  /** Rows without labels, whose texts are paths within a folder. */
  static List<Row> rows(List<Path> files, Path folder) {
    List<Row> rows = new ArrayList<>();
    for (Path file : files) {
      rows.add(row(file, folder, null, rows.size() + 1));
    }
    return rows;
  }

  private static Row row(Path file, Path folder, @Nullable Label label, int line) {
    String name = folder.relativize(file).toString().replace('\\', '/');
    return new Row(name, null, label, null, line).showing(file);
  }

  private static String good(List<Row> rows, @Nullable String chosen, @Nullable String fitted) {
    TreeSet<String> classes = new TreeSet<>();
    rows.forEach(row -> classes.add(className(row)));
    if (chosen != null) {
      Check.require(classes.contains(chosen), "--good", "one of the classes " + classes, chosen);
      return chosen;
    }
    if (fitted != null && classes.contains(fitted)) {
      return fitted;
    }
    List<String> usual = USUAL.stream().filter(classes::contains).toList();
    if (usual.isEmpty() && classes.size() == 1) {
      return classes.first();
    }
    Check.require(
        usual.size() == 1,
        "--good",
        "given: the class of good pictures, one of " + classes,
        "none");
    return usual.get(0);
  }

  /** The class of a row that has one. */
  static String className(Row row) {
    return row.label() instanceof Label.ClassName name ? name.name() : "";
  }

  /** Whether a row is of a good picture. */
  boolean isGood(Row row) {
    return good == null || className(row).equals(good);
  }

  /** SHA-256 of each picture. */
  List<String> digests() {
    return rows.parallelStream()
        .map(row -> Sha256.of(Objects.requireNonNull(row.image())))
        .toList();
  }

  /**
   * SHA-256 of names, classes and contents.
   *
   * @param digests of the pictures
   */
  String digest(List<String> digests) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      all.append(rows.get(i).text()).append(' ').append(digests.get(i)).append('\n');
    }
    return Sha256.of(all.toString());
  }

  /**
   * SHA-256 of the good ones alone.
   *
   * @param digests of all pictures
   */
  List<String> ofGood(List<String> digests) {
    List<String> ofGood = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (isGood(rows.get(i))) {
        ofGood.add(digests.get(i));
      }
    }
    return ofGood;
  }

  /** The good pictures alone. */
  List<Row> goodRows() {
    return rows.stream().filter(this::isGood).toList();
  }
}
