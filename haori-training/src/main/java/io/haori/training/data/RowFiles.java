package io.haori.training.data;

import io.haori.check.Check;
import io.haori.check.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Reads single files of rows by the ending of their name: {@code .jsonl}, {@code .csv}, {@code
 * .tsv} and, for texts without labels, {@code .txt} with one text a line. Blank lines are passed
 * over.
 *
 * <p>A mistake in a file is one {@link UserError} that names file and line.
 */
public final class RowFiles {
  private RowFiles() {}

  /**
   * Reads texts, as a corpus or to be predicted; labels are passed over where there are some.
   *
   * @param file one of the formats
   * @return its rows, at least one
   * @throws UserError when the file cannot be read or a row is wrong
   */
  public static DataFile readTexts(Path file) {
    return read(file, Labels.NONE);
  }

  /**
   * Reads texts of a stream, for example of a pipe: one JSON object a line when the first line that
   * is not blank begins with a brace, otherwise one text a line.
   *
   * @param name how errors name the stream
   * @param in read to its end, not closed
   * @return its rows, at least one
   * @throws UserError when the stream cannot be read or a row is wrong
   */
  public static DataFile readTexts(String name, InputStream in) {
    return read(Path.of(name), in, Labels.NONE, RowFormat::readUnnamed);
  }

  /** Reads a file whose rows have the labels that are wanted. */
  static DataFile read(Path file, Labels wanted) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file, got a folder");
    }
    RowFormat format = RowFormat.of(file, wanted);
    try (InputStream in = Files.newInputStream(file)) {
      return read(file, in, wanted, (lines, rows) -> format.read(file, lines, rows, wanted));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DataFile read(Path file, InputStream in, Labels wanted, Reading reading) {
    var digested = new DigestInputStream(in, sha256());
    var rows = new RowBuilder(file, wanted);
    try {
      reading.read(new TextLines(file, digested), rows);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (rows.rows().isEmpty()) {
      throw Check.in(file, "must have at least one row, got none");
    }
    return new DataFile(
        file, rows.rows(), HexFormat.of().formatHex(digested.getMessageDigest().digest()));
  }

  private static UserError unreadable(Path file, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      reason = "no such file";
    } else if (e instanceof AccessDeniedException) {
      reason = "permission denied";
    }
    return new UserError(file + ": cannot be read (" + reason + ")", e);
  }

  /** Digest of a text, in hexadecimal. */
  static String sha256Of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @FunctionalInterface
  private interface Reading {
    void read(TextLines lines, RowBuilder rows) throws IOException;
  }
}
