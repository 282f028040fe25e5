package io.haori.model.weights;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Bytes of a file by their offset, through a small window. Every read is checked against the file's
 * length; one that goes beyond is reported as a cut-off file.
 */
final class FileBytes {
  private static final int WINDOW = 1 << 14;
  private static final int LONGEST_TEXT = 1 << 16;

  private final FileChannel channel;
  private final Path file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long windowStart;

  FileBytes(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
    try {
      this.size = channel.size();
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  long size() {
    return size;
  }

  /** The error of this file. */
  UserError error(String what) {
    return Check.in(file, what);
  }

  /** The byte at an offset, 0 to 255. */
  int at(long offset) {
    if (offset < 0 || offset >= size) {
      throw error("is cut off at " + size + " bytes");
    }
    if (offset < windowStart || offset >= windowStart + window.limit()) {
      fill(offset);
    }
    return window.get((int) (offset - windowStart)) & 0xFF;
  }

  /** A little-endian number of some bytes at an offset. */
  long littleEndian(long offset, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) at(offset + i) << (8 * i);
    }
    return value;
  }

  /** A copy of some bytes, of which there must be few. */
  byte[] copy(long offset, long length) {
    if (length < 0 || length > LONGEST_TEXT || offset > size - length) {
      throw error("has a text of " + length + " bytes at " + offset);
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) at(offset + i);
    }
    return bytes;
  }

  /** A short text. */
  String text(long offset, long length) {
    return new String(copy(offset, length), StandardCharsets.UTF_8);
  }

  private void fill(long offset) {
    window.clear();
    windowStart = offset;
    try {
      while (window.hasRemaining() && channel.read(window, offset + window.position()) > 0) {}
    } catch (IOException e) {
      window.limit(0);
      throw JsonFile.refused(file, "", e);
    }
    window.flip();
    if (!window.hasRemaining()) {
      throw error("was cut off while it was read");
    }
  }
}
