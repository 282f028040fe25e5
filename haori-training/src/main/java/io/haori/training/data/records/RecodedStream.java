package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.haori.core.check.Check;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;

/**
 * A text of an encoding whose characters have several bytes each, such as UTF-16, as UTF-8. A byte
 * order mark stays, as UTF-8's own.
 */
final class RecodedStream extends InputStream {
  private final Path file;
  private final Charset encoding;
  private final Reader reader;
  private final char[] chars = new char[1 << 14];
  private byte[] bytes = new byte[0];
  private int position;
  private long line = 1;

  /** Half of a pair that was cut by the end of {@link #chars}; 0 for none. */
  private char half;

  RecodedStream(Path file, InputStream in, Charset encoding) {
    this.file = file;
    this.encoding = encoding;
    reader =
        new InputStreamReader(
            in,
            encoding
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (position == bytes.length) {
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, bytes.length - position);
    System.arraycopy(bytes, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() throws IOException {
    return bytes.length - position + (reader.ready() ? 1 : 0);
  }

  private boolean fill() throws IOException {
    int kept = half == 0 ? 0 : 1;
    chars[0] = half;
    int read;
    try {
      read = reader.read(chars, kept, chars.length - kept);
    } catch (CharacterCodingException e) {
      throw Check.at(
          file,
          line,
          "must be " + Encodings.word(encoding) + " text from here on, got other bytes");
    }
    if (read < 0) {
      return false;
    }
    int size = kept + read;
    half = Character.isHighSurrogate(chars[size - 1]) ? chars[--size] : 0;
    String text = new String(chars, 0, size);
    line += text.chars().filter(c -> c == '\n').count();
    bytes = text.getBytes(UTF_8);
    position = 0;
    return true;
  }
}
