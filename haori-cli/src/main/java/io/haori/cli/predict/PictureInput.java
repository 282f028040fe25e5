package io.haori.cli.predict;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.ImageFormat;
import io.haori.model.image.Picture;
import io.haori.model.image.UnreadPictures;
import io.haori.training.data.image.ImageFolder;
import io.haori.training.data.records.DataRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pictures of a folder and its folders in the order of their names, or one picture. */
final class PictureInput implements PredictInput {
  /** Name of a record's only field: the file, as the folder has it. */
  private static final String FIELD = "image";

  private final Path place;
  private final List<Path> files;
  private int next;

  private PictureInput(Path place, List<Path> files) {
    this.place = place;
    this.files = files;
  }

  /** Whether a place is a picture by its name, or a folder with pictures. */
  static boolean is(Path place) {
    return Files.isDirectory(place)
        ? ImageFolder.hasPictures(place)
        : place.getFileName() != null
            && ImageFormat.ofName(place.getFileName().toString()).isPresent();
  }

  static PictureInput of(Path place) {
    return new PictureInput(
        place, Files.isDirectory(place) ? ImageFolder.all(place) : List.of(place));
  }

  @Override
  public Path name() {
    return place;
  }

  @Override
  public @Nullable DataRecord next() {
    if (next == files.size()) {
      return null;
    }
    Path file = files.get(next++);
    Path shown = Files.isDirectory(place) ? place.relativize(file) : file;
    return new DataRecord(next, Map.of(FIELD, shown.toString().replace('\\', '/')), false);
  }

  /** A problem with a picture, with those of all pictures; what was answered before had none. */
  @Override
  public UserError withWhatFollows(UserError problem) {
    String message = Objects.requireNonNullElse(problem.getMessage(), "");
    boolean ofPicture = files.stream().anyMatch(file -> message.startsWith(file + ": "));
    List<Picture> all = files.stream().<Picture>map(Picture.OfFile::new).toList();
    return ofPicture && next < files.size() ? UnreadPictures.among(all).orElse(problem) : problem;
  }

  @Override
  public Row row(DataRecord record) {
    Path file = files.get(Math.toIntExact(record.line()) - 1);
    String name = String.valueOf(record.fields().get(FIELD));
    return new Row(name, null, null, null, record.line()).showing(file);
  }
}
