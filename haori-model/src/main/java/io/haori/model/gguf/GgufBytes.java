package io.haori.model.gguf;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The beginning of a file, read from front to back through a small window. Every length is compared
 * with what is left of the file before anything is allocated or skipped.
 */
public final class GgufBytes {
  private static final int WINDOW = 1 << 14;

  private final FileChannel channel;
  private final Path file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long windowStart;
  private long position;

  GgufBytes(FileChannel channel, Path file) throws IOException {
    this.channel = channel;
    this.file = file;
    this.size = channel.size();
  }

  /** Bytes of the whole file. */
  long size() {
    return size;
  }

  /** Of the next byte, from the start of the file. */
  long position() {
    return position;
  }

  /** The error of this file. */
  UserError error(String what) {
    return Check.in(file, what);
  }

  private void requireLeft(long bytes) {
    if (bytes < 0 || bytes > size - position) {
      throw error("is cut off at " + size + " bytes");
    }
  }

  /** A little-endian number of 1 to 8 bytes, as a long of these bits. */
  long number(int bytes) throws IOException {
    requireLeft(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  /**
   * A count of things that follow.
   *
   * @param what for the message
   * @param least bytes that each of them has
   * @param most how many there may be
   */
  long count(String what, long least, long most) throws IOException {
    long count = number(8);
    long fitting = Math.min(most, (size - position) / least);
    if (count < 0 || count > fitting) {
      throw error(
          what + " must be at most " + fitting + " here, got " + Long.toUnsignedString(count));
    }
    return count;
  }

  /** A text of at most that many bytes; a longer one is an error. */
  String text(String what, int most) throws IOException {
    int length = Math.toIntExact(count("length of " + what, 1, most));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) next();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Continues at a place that was passed before. */
  void goTo(long place) {
    position = place;
  }

  /** Passes over bytes. */
  void skip(long bytes) {
    requireLeft(bytes);
    position += bytes;
  }

  private int next() throws IOException {
    if (position < windowStart || position >= windowStart + window.limit()) {
      windowStart = position;
      window.clear();
      while (window.hasRemaining() && channel.read(window, windowStart + window.position()) > 0) {}
      window.flip();
      if (!window.hasRemaining()) {
        throw error("was cut off while it was read");
      }
    }
    int value = window.get((int) (position - windowStart)) & 0xFF;
    position++;
    return value;
  }

  /** A name inside a message. */
  public static String quote(String name) {
    return "'" + JsonFile.printable(name) + "'";
  }
}
