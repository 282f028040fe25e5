package io.haori.server.page.screen;

import io.haori.server.data.DataVersion;
import io.haori.training.data.image.ImageFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Some pictures of data, for people who want to see what they are. */
final class PictureExamples {
  private static final int CLASSES = 12;
  private static final int EACH = 3;
  private static final int UNLABELLED = 12;

  private PictureExamples() {}

  /**
   * Pictures of a class.
   *
   * @param label of them; empty where they have none
   * @param names within the data
   */
  public record Example(String label, List<String> names) {}

  /** Of each class of the training pictures; none for data that are no pictures. */
  static List<Example> of(DataVersion version) {
    if (!version.ofPictures()) {
      return List.of();
    }
    Path folder = version.file();
    if (version.textsOnly()) {
      return List.of(new Example("", names(folder, ImageFolder.some(folder, UNLABELLED))));
    }
    return Stream.of(folder.resolve("train"), folder)
        .filter(ImageFolder::hasClasses)
        .findFirst()
        .map(
            classes ->
                ImageFolder.classFolders(classes).stream()
                    .limit(CLASSES)
                    .map(
                        one ->
                            new Example(
                                String.valueOf(one.getFileName()),
                                names(folder, ImageFolder.some(one, EACH))))
                    .toList())
        .orElse(List.of());
  }

  private static List<String> names(Path folder, List<Path> files) {
    return files.stream()
        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
        .toList();
  }
}
