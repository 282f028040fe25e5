package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds out the encoding of a text file. Lines that are UTF-8 and lines that are not are counted
 * apart, since text of another encoding is nearly never UTF-8 by chance: where there are both, the
 * file was put together from two encodings, which no single one reads right.
 */
final class EncodingScan {
  /** This many lines of one kind to one of the other are taken for chance. */
  private static final int CHANCE = 50;

  private static final int SAMPLE_BYTES = 1 << 18;

  private final Path file;
  private final Utf8Line current = new Utf8Line();
  private final ByteArrayOutputStream sample = new ByteArrayOutputStream();
  private final ByteArrayOutputStream lineBytes = new ByteArrayOutputStream();
  private long line;
  private long utf8Lines;
  private long firstUtf8;
  private long otherLines;
  private long firstOther;
  private boolean wideCharacters;
  private final long[] zeros = new long[2];
  private long bytes;

  private EncodingScan(Path file) {
    this.file = file;
  }

  /**
   * The encoding of a file.
   *
   * @param file how errors name it
   * @param in its bytes, read to the end; supports marks
   */
  static Charset of(Path file, InputStream in) throws IOException {
    Charset marked = Encodings.marked(in);
    return marked.equals(UTF_8) ? new EncodingScan(file).scan(in) : marked;
  }

  private Charset scan(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        byte b = buffer[i];
        if (b == 0) {
          zeros[(int) (bytes % 2)]++;
        }
        bytes++;
        if (b == '\n') {
          endLine();
        } else {
          current.add(b);
          if (lineBytes.size() < SAMPLE_BYTES) {
            lineBytes.write(b);
          }
        }
      }
    }
    endLine();
    Charset wide = withoutMark();
    if (wide != null) {
      return wide;
    }
    if (otherLines == 0) {
      return UTF_8;
    }
    // Two bytes of another encoding look like UTF-8 now and then, three hardly ever.
    if (utf8Lines > 0 && (wideCharacters || otherLines < CHANCE * utf8Lines)) {
      throw mixed();
    }
    return JapaneseBytes.plausible(sample.toByteArray())
        ? Encodings.WINDOWS_31J
        : Encodings.WINDOWS_1252;
  }

  /** UTF-16 without a mark: every other byte of Western text is 0. */
  private @Nullable Charset withoutMark() {
    long half = bytes / 2;
    if (half == 0 || zeros[0] + zeros[1] < half / 4) {
      return null;
    }
    return zeros[1] > 3 * zeros[0] ? UTF_16LE : zeros[0] > 3 * zeros[1] ? UTF_16BE : null;
  }

  private void endLine() {
    line++;
    if (!current.ascii()) {
      if (current.valid()) {
        utf8Lines++;
        firstUtf8 = firstUtf8 == 0 ? line : firstUtf8;
        wideCharacters |= current.wide();
      } else {
        otherLines++;
        firstOther = firstOther == 0 ? line : firstOther;
        if (sample.size() < SAMPLE_BYTES) {
          sample.writeBytes(lineBytes.toByteArray());
          sample.write('\n');
        }
      }
    }
    current.clear();
    lineBytes.reset();
  }

  private UserError mixed() {
    boolean fewAreUtf8 = utf8Lines < otherLines;
    long here = fewAreUtf8 ? firstUtf8 : firstOther;
    long there = fewAreUtf8 ? firstOther : firstUtf8;
    return Check.at(
        file,
        here,
        (fewAreUtf8
                ? "is UTF-8, but line " + there + " is not"
                : "is not UTF-8, but line " + there + " is")
            + "; the file has two encodings at once: save all of it as UTF-8");
  }
}
