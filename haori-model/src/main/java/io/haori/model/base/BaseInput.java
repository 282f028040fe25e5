package io.haori.model.base;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import io.haori.model.config.PictureShape;
import io.haori.model.image.Preprocessing;
import io.haori.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What turns rows into a base's tokens. */
public sealed interface BaseInput extends AutoCloseable {
  /**
   * The tokenizer of a base that reads texts.
   *
   * @param base its name, for the message
   * @throws UserError when it reads pictures
   */
  Tokenizer tokenizer(String base);

  @Override
  default void close() {}

  /**
   * Texts.
   *
   * @param tokenizer text to ids; closed with this
   */
  record Texts(Tokenizer tokenizer) implements BaseInput {
    @Override
    public Tokenizer tokenizer(String base) {
      return tokenizer;
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }

  /**
   * Pictures.
   *
   * @param steps what is done to a picture before it is cut into patches
   * @param shape what the base says of pictures
   * @param written the file that says the steps
   */
  record Pictures(Preprocessing steps, PictureShape shape, String written) implements BaseInput {
    /**
     * What a base's folder says.
     *
     * @param folder with {@code preprocessor_config.json}
     * @param shape what its {@code config.json} says of pictures
     * @throws UserError when pictures would not be cut into whole patches
     */
    static Pictures read(Path folder, PictureShape shape) {
      Preprocessing steps = Preprocessing.read(folder);
      int side = shape.patchSize();
      Check.require(
          steps.height() % side == 0 && steps.width() % side == 0,
          folder.resolve(Preprocessing.FILE) + ": size of the pictures",
          "a multiple of patch_size " + side,
          steps.height() + " x " + steps.width());
      return new Pictures(steps, shape, text(folder.resolve(Preprocessing.FILE)));
    }

    private static String text(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw FileFailures.unreadable(file, e);
      }
    }

    @Override
    public Tokenizer tokenizer(String base) {
      throw new UserError(
          "base must be one that reads texts, got " + base + ", which reads pictures");
    }
  }
}
