package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text, read one at a time. A line is never held beyond {@link #MAX_LINE_BYTES}, and a
 * byte that is not of the encoding is an error, not a replacement character. A byte order mark at
 * the start is skipped; lines end with LF or CR LF.
 */
final class TextLines {
  /** The longest line that is read, in bytes without its end: 1 MiB. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path file;
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] held = new byte[256];
  private int heldSize;
  private long line;

  /**
   * Lines of a stream.
   *
   * @param file how errors name the stream
   * @param in read to its end, not closed
   * @param encoding in which a line feed is the byte 10 and nothing else is
   */
  TextLines(Path file, InputStream in, Charset encoding) {
    this.file = file;
    this.in = in;
    decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** The number of the line that {@link #next} gave last, counted from 1; 0 before the first. */
  long line() {
    return line;
  }

  /** The next line without its end, or null after the last. */
  @Nullable String next() throws IOException {
    heldSize = 0;
    long size = 0;
    boolean ended = false;
    while (!ended) {
      if (position == limit && !fill()) {
        break;
      }
      int end = lineFeed(buffer, position, limit);
      size += end - position;
      hold(position, end);
      ended = end < limit;
      position = ended ? end + 1 : end;
    }
    if (size == 0 && !ended) {
      return null;
    }
    line++;
    if (size > MAX_LINE_BYTES + 1L) {
      throw tooLong(size);
    }
    int end = heldSize > 0 && held[heldSize - 1] == '\r' ? heldSize - 1 : heldSize;
    if (end > MAX_LINE_BYTES) {
      throw tooLong(end);
    }
    boolean marked = line == 1 && decoder.charset().equals(UTF_8) && startsWithMark(end);
    return decode(marked ? BYTE_ORDER_MARK.length : 0, end);
  }

  /** Where the next line feed is; {@code to} where there is none. */
  private static int lineFeed(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Whether the next line is whole already, so that {@link #next} does not wait for its writer. */
  boolean ready() throws IOException {
    int looked = position;
    while (true) {
      for (; looked < limit; looked++) {
        if (buffer[looked] == '\n') {
          return true;
        }
      }
      int there = in.available();
      if (there <= 0) {
        return false;
      }
      if (position > 0) {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        looked -= position;
        limit -= position;
        position = 0;
      }
      if (limit == buffer.length) {
        // A line longer than the buffer; most of it is there.
        return true;
      }
      int read = in.read(buffer, limit, Math.min(there, buffer.length - limit));
      if (read <= 0) {
        return limit > 0;
      }
      limit += read;
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  /** Keeps bytes of the line up to the bound (and one CR); those beyond are only counted. */
  private void hold(int from, int to) {
    int count = Math.min(to - from, MAX_LINE_BYTES + 1 - heldSize);
    if (heldSize + count > held.length) {
      held =
          Arrays.copyOf(
              held, Math.min(MAX_LINE_BYTES + 1, Math.max(2 * held.length, heldSize + count)));
    }
    System.arraycopy(buffer, from, held, heldSize, count);
    heldSize += count;
  }

  private UserError tooLong(long size) {
    return Check.at(
        file, line, "a line must be at most " + MAX_LINE_BYTES + " bytes long, got " + size);
  }

  private boolean startsWithMark(int end) {
    return end >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            held, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }

  private String decode(int from, int end) {
    ByteBuffer bytes = ByteBuffer.wrap(held, from, end - from);
    CharBuffer chars = CharBuffer.allocate((int) (decoder.maxCharsPerByte() * (end - from)) + 1);
    CoderResult result = decoder.reset().decode(bytes, chars, true);
    if (result.isError()) {
      throw Check.at(
          file,
          line,
          String.format(
              "must be %s text, got the byte 0x%02x at position %d of the line",
              Encodings.word(decoder.charset()), held[bytes.position()], bytes.position() + 1));
    }
    return chars.flip().toString();
  }
}
