package io.haori.server.engine;

import java.nio.file.Path;

/** Where the files of a version come from. */
@FunctionalInterface
public interface VersionFiles {
  /**
   * Writes the files of the version, each checked by its digest.
   *
   * @param folder does not exist yet
   * @throws io.haori.core.check.UserError when a file is missing or damaged
   */
  void writeTo(Path folder);
}
