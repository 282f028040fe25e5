package io.haori.server.page.screen;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Picture;
import io.haori.model.image.Thumbnail;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.ServedVersion;
import io.haori.server.settings.Limits;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is tried: a text, a picture, or both, of which each module gets what its base reads. Nothing
 * of it is kept.
 *
 * @param text null where none was written
 * @param picture null where none was chosen
 */
record TryInput(@Nullable Row text, @Nullable Row picture) {
  /** How sentences name the picture. */
  private static final String NAME = "picture";

  /**
   * Reads the form.
   *
   * @param visit that sent it
   * @param limits of texts and pictures
   * @param pictures whether any base reads pictures
   */
  static TryInput read(Visit visit, Limits limits, boolean pictures) {
    String text = visit.field("text");
    UploadedFile file = visit.context().uploadedFile(NAME);
    boolean shown = file != null && !file.filename().isEmpty();
    require(pictures || !text.isEmpty(), "text", "a text that is not blank", "nothing");
    require(
        text.length() <= limits.textCharacters(),
        "text",
        "at most " + limits.textCharacters() + " characters long",
        text.length());
    return new TryInput(
        text.isEmpty() ? null : new Row(text, null, null, null, 1),
        file == null || !shown ? null : picture(file, limits));
  }

  private static Row picture(UploadedFile file, Limits limits) {
    try (InputStream content = file.content()) {
      byte[] bytes = content.readAllBytes();
      return new Row(NAME, null, null, null, 1)
          .showing(new Picture.Content(NAME, bytes, limits.pixels()));
    } catch (IOException e) {
      throw new UserError("picture must come whole, got a part", e);
    }
  }

  /** What a base reads of it. */
  Row of(BaseEngine base, ServedVersion module) {
    boolean pictures = base.readsPictures();
    Row row = pictures ? picture : text;
    if (row == null) {
      throw new UserError(
          (pictures ? "picture" : "text")
              + " must be given for "
              + module
              + ", whose base reads "
              + (pictures ? "pictures" : "texts")
              + ", got nothing");
    }
    return row;
  }

  /** The picture as the page shows it; empty where there is none. */
  String shown() {
    Picture chosen = picture == null ? null : picture.picture();
    return chosen == null ? "" : Thumbnail.of(chosen.read(), Thumbnail.LARGE).address();
  }
}
