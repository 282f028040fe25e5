package io.haori.server.problem;

import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** Recognises that a disk takes no more, whatever noticed it. */
final class FullDisk {
  static final String SENTENCE = "The server's disk is full; nothing was changed";

  private static final String WORDS =
      "(?i:no space left|not enough space|quota exceeded|disk is full)";

  private static final Pattern FULL = Pattern.compile(".*" + WORDS + ".*", Pattern.DOTALL);

  /** The end of a sentence of this program, which may begin with words of the user's. */
  private static final Pattern REPORTED =
      Pattern.compile(".*written \\([^()]*" + WORDS + "[^()]*\\)[^()]*", Pattern.DOTALL);

  /** PostgreSQL's state for a full disk. */
  private static final String POSTGRES = "53100";

  private FullDisk() {}

  /** Whether a full disk is among the causes of a failure, as the system or a database words it. */
  static boolean caused(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof IOException io && isFull(FileFailures.cause(io))) {
        return true;
      }
      if (one instanceof SQLException sql
          && (POSTGRES.equals(sql.getSQLState()) || isFull(String.valueOf(sql.getMessage())))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFull(String words) {
    return FULL.matcher(words).matches();
  }

  /** Whether a sentence of another process of this program says so. */
  static boolean isReported(String sentence) {
    return REPORTED.matcher(sentence).matches();
  }
}
