package io.haori.server.api.work;

import io.haori.core.files.FileFailures;
import io.haori.core.files.FolderZip;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How what a round has is sent, to programs and to browsers. */
public final class RoundDownload {
  private static final String BINARY = "application/octet-stream";

  private RoundDownload() {}

  /** Answers with a folder as a zip. */
  public static void folder(Context context, Path folder) {
    context.contentType("application/zip");
    try {
      FolderZip.write(folder, context.outputStream());
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
  }

  /** Answers with a file. */
  public static void file(Context context, Path file) {
    try {
      context.contentType(BINARY).result(Files.newInputStream(file));
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }

  /** Has a browser keep the answer as a file instead of showing it. */
  public static void named(Context context, String name) {
    context.header("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }
}
