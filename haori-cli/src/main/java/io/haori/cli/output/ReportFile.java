package io.haori.cli.output;

import static io.haori.core.check.Check.require;

import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that gets a page: a new one, or an earlier page. */
public final class ReportFile {
  private static final String BEGINNING = "<!doctype html>";

  private ReportFile() {}

  /**
   * Refuses to replace what is no page.
   *
   * @param flag that named the file
   * @param file may be missing
   */
  public static void requireReplaceable(String flag, Path file) {
    require(
        !Files.exists(file) || isPage(file), flag, "a new file, or an HTML page to replace", file);
  }

  private static boolean isPage(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] beginning = in.readNBytes(BEGINNING.length());
      return new String(beginning, StandardCharsets.UTF_8).equalsIgnoreCase(BEGINNING);
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }
}
