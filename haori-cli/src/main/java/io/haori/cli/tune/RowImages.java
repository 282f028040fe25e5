package io.haori.cli.tune;

import io.haori.analysis.report.PageImage;
import io.haori.core.check.UserError;
import io.haori.model.image.ImageFile;
import io.haori.model.image.Thumbnail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small copies of the pictures of rows for the pages of reports. */
public final class RowImages {
  private RowImages() {}

  /**
   * A row that is shown.
   *
   * @param image its picture; null for a text
   * @param caption what is below it
   */
  public record Shown(@Nullable Path image, String caption) {}

  /**
   * Those rows that are pictures, in their order. One whose file is gone meanwhile is left out: a
   * report is no reason to lose what was measured.
   *
   * @param rows at most some dozens
   */
  public static List<PageImage> of(List<Shown> rows) {
    List<PageImage> images = new ArrayList<>();
    for (Shown row : rows) {
      Path file = row.image();
      if (file != null) {
        address(file).ifPresent(found -> images.add(new PageImage(found, row.caption())));
      }
    }
    return images;
  }

  private static Optional<String> address(Path file) {
    try {
      return Optional.of(Thumbnail.of(ImageFile.read(file), Thumbnail.SMALL).address());
    } catch (UserError e) {
      return Optional.empty();
    }
  }
}
