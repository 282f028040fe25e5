package io.haori.model.image;

import java.nio.file.Path;
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
   * A picture that is changed after it is decoded, otherwise in each epoch, without a file that
   * shows it.
   *
   * @param original what it is made of
   * @param change the same at every call for the same epoch; any thread may ask for it
   */
  record Altered(Picture original, Change change) implements Picture {
    @Override
    public Pixels read() {
      return change.of(original.read(), 0);
    }

    @Override
    public @Nullable Path file() {
      return null;
    }
  }

  /** How a picture is changed. */
  @FunctionalInterface
  interface Change {
    /**
     * The changed picture.
     *
     * @param pixels of the original
     * @param epoch in which it is learnt from, counted from 0
     */
    Pixels of(Pixels pixels, int epoch);
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
