package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.image.ImageFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes rows of pictures in folders. A row's text is the picture's path within its dataset. */
final class ImageRows {
  private ImageRows() {}

  /**
   * Rows of class folders. Those of the same bytes form a group, so that a split keeps them
   * together.
   *
   * @param root the dataset's folder
   * @param folder with the class folders: the same, or that of a split
   * @param task that labels must be of; null where none was chosen
   */
  static DataFile ofClasses(Path root, Path folder, @Nullable Task task) {
    if (task != null && !task.equals(TaskCatalogue.CLASSIFICATION)) {
      throw Check.in(folder, "has class folders, whose task is classification, not " + task.name());
    }
    RowBuilder rows = new RowBuilder(folder);
    List<ImageFolder.Found> found = ImageFolder.classes(folder);
    List<String> digests = found.parallelStream().map(one -> Sha256.of(one.file())).toList();
    Map<String, Integer> counts = new HashMap<>();
    digests.forEach(digest -> counts.merge(digest, 1, Integer::sum));
    for (int i = 0; i < found.size(); i++) {
      ImageFolder.Found one = found.get(i);
      String digest = digests.get(i);
      rows.add(
          i + 1L,
          "the name of a picture",
          name(root, one.file()),
          null,
          rows.className(i + 1L, one.className()),
          null,
          null,
          counts.getOrDefault(digest, 1) > 1 ? digest : null,
          null,
          one.file());
    }
    return new DataFile(folder, rows.rows(), digest(rows.rows(), digests));
  }

  /** Rows without labels of all pictures below a folder. */
  static DataFile ofAll(Path folder) {
    RowBuilder rows = new RowBuilder(folder);
    for (Path file : ImageFolder.all(folder)) {
      long line = rows.rows().size() + 1L;
      String name = name(folder, file);
      rows.add(line, "the name of a picture", name, null, null, null, null, null, null, file);
    }
    return withContent(new DataFile(folder, rows.rows(), ""));
  }

  /** The same file, whose digest is also of the pictures that its rows name, if any. */
  static DataFile withContent(DataFile file) {
    List<Row> rows = file.rows().stream().filter(row -> row.image() != null).toList();
    if (rows.isEmpty()) {
      return file;
    }
    List<String> digests = new ArrayList<>(List.of(file.sha256()));
    digests.addAll(
        rows.parallelStream()
            .map(row -> row.image() == null ? "" : Sha256.of(row.image()))
            .toList());
    return new DataFile(file.path(), file.rows(), digest(rows, digests), file.encodingFound());
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static String digest(List<Row> rows, List<String> digests) {
    StringBuilder content = new StringBuilder();
    rows.forEach(row -> content.append(row).append('\n'));
    digests.forEach(digest -> content.append(digest).append('\n'));
    return Sha256.of(content.toString());
  }
}
