package io.haori.model.image;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where a picture comes from: it is decoded when its pixels are needed. */
public sealed interface Picture {
  /**
   * Decodes it.
   *
   * @return upright, RGB
   * @throws io.haori.core.check.UserError when it is missing, no picture, damaged, or too large
   */
  Pixels read();

  /** Its file; null where it is in memory. */
  @Nullable Path file();

  /**
   * A picture in a file.
   *
   * @param file where it is
   */
  record OfFile(Path file) implements Picture {
    @Override
    public Pixels read() {
      return ImageFile.read(file);
    }
  }

  /**
   * A picture that is decoded.
   *
   * @param read its pixels
   */
  record Decoded(Pixels read) implements Picture {
    @Override
    public @Nullable Path file() {
      return null;
    }
  }

  /**
   * A picture that is changed after it is decoded, without a file that shows it.
   *
   * @param original what it is made of
   * @param change the same at every call
   */
  record Altered(Picture original, UnaryOperator<Pixels> change) implements Picture {
    @Override
    public Pixels read() {
      return change.apply(original.read());
    }

    @Override
    public @Nullable Path file() {
      return null;
    }
  }

  /**
   * A picture that was sent.
   *
   * @param name how errors name it
   * @param content of the whole file
   * @param mostPixels that it may have
   */
  @SuppressWarnings("ArrayRecordComponent") // Decoded, never compared.
  record Content(String name, byte[] content, long mostPixels) implements Picture {
    @Override
    public Pixels read() {
      return ImageFile.read(name, content, mostPixels);
    }

    @Override
    public @Nullable Path file() {
      return null;
    }
  }
}
