package io.haori.server.page;

import io.haori.server.settings.Limits;
import io.haori.server.settings.WorkSettings;
import io.javalin.config.MultipartConfig;
import io.javalin.config.SizeUnit;
import org.jspecify.annotations.Nullable;

/** Bounds forms with files: uploads of data, and pictures that are tried. */
public final class Multipart {
  private static final int IN_MEMORY = 64;
  private static final long FIELDS = 1 << 20;

  private Multipart() {}

  /**
   * Sets the bounds.
   *
   * @param config of the server
   * @param work says how large data may be and where they lie meanwhile; null where none are taken
   * @param limits of a picture that is tried
   */
  public static void bound(MultipartConfig config, @Nullable WorkSettings work, Limits limits) {
    long file = Math.max(work == null ? 0 : work.uploadBytes(), limits.bodyBytes());
    config.maxInMemoryFileSize(IN_MEMORY, SizeUnit.KB);
    config.maxFileSize(file + FIELDS, SizeUnit.BYTES);
    config.maxTotalRequestSize(file + 2 * FIELDS, SizeUnit.BYTES);
    if (work != null) {
      config.cacheDirectory(work.folder().toAbsolutePath().toString());
    }
  }

  /** Bytes of a form with its file. */
  static long most(@Nullable WorkSettings work) {
    return (work == null ? 0 : work.uploadBytes()) + 2 * FIELDS;
  }
}
