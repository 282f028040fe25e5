package io.haori.server.data;

import io.haori.server.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A body that was written to the disk within bounds.
 *
 * @param bytes of it
 * @param digest SHA-256 of its bytes in hexadecimal digits
 */
public record ReceivedFile(long bytes, String digest) {
  private static final int PART = 1 << 16;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /**
   * Bounds of a body.
   *
   * @param mostBytes of it
   * @param bytesBefore of what is kept already
   * @param totalBytes of all that is kept
   * @param kept what that is, for the message
   */
  public record Bounds(long mostBytes, long bytesBefore, long totalBytes, String kept) {}

  /**
   * Writes a body.
   *
   * @param content read to its end
   * @param file where it is written
   * @param bounds whatever its headers say
   * @throws Refused when it has more bytes or comes too slowly
   */
  public static ReceivedFile write(InputStream content, Path file, Bounds bounds)
      throws IOException {
    MessageDigest digest = sha256();
    long count = 0;
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      byte[] part = new byte[PART];
      for (int got = content.read(part); got >= 0; got = content.read(part)) {
        count += got;
        if (count > bounds.mostBytes()) {
          throw Refused.tooManyBytes("The file", bounds.mostBytes());
        }
        if (bounds.bytesBefore() + count > bounds.totalBytes()) {
          throw Refused.tooManyBytes(bounds.kept(), bounds.totalBytes());
        }
        if (System.nanoTime() > end) {
          throw Refused.tooSlow("The file must come within " + PATIENCE.toMinutes() + " minutes");
        }
        out.write(part, 0, got);
      }
    }
    return new ReceivedFile(count, HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
