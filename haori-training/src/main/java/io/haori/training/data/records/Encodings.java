package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Names of encodings, and the marks at the beginning of a text. */
public final class Encodings {
  /** Shift_JIS with the characters that Windows added, which is what Excel in Japan writes. */
  static final Charset WINDOWS_31J = Charset.forName("windows-31j");

  /** What Excel writes in Western Europe and America. */
  static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private static final String USUAL =
      "utf-8, utf-16, shift_jis, windows-31j, cp1252, euc-jp or another name that Java knows";

  // Files that are called Shift_JIS hold the characters of Windows-31J nearly always.
  private static final Map<String, Charset> OTHER_NAMES =
      Map.of(
          "shift_jis", WINDOWS_31J,
          "shift-jis", WINDOWS_31J,
          "sjis", WINDOWS_31J,
          "cp932", WINDOWS_31J,
          "ms932", WINDOWS_31J,
          "cp1252", WINDOWS_1252,
          "utf8", UTF_8,
          "utf-8-sig", UTF_8);

  private Encodings() {}

  /**
   * The encoding of a name, in any spelling that is usual.
   *
   * @param setting how errors name what was set
   * @param name for example {@code Shift_JIS}
   * @return the encoding
   * @throws UserError when there is none of this name
   */
  public static Charset parse(String setting, String name) {
    Charset other = OTHER_NAMES.get(name.strip().toLowerCase(Locale.ROOT));
    if (other != null) {
      return other;
    }
    try {
      return Charset.forName(name.strip());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new UserError(setting + " must be " + USUAL + ", got " + name, e);
    }
  }

  /** The name that a person knows. */
  static String word(Charset encoding) {
    return encoding.equals(WINDOWS_31J)
        ? "Shift_JIS (Windows-31J)"
        : encoding.equals(WINDOWS_1252) ? "Windows-1252" : encoding.name();
  }

  /**
   * Lines of a stream in an encoding, with its mark passed over.
   *
   * @param in at its first byte
   * @param encoding as chosen or found out
   * @param file how errors name it
   */
  static InputStream linesIn(InputStream in, Charset encoding, Path file) {
    // Where a line feed is more than the byte 10, lines cannot be separated in bytes.
    boolean plain = encoding.canEncode() && "\n".getBytes(encoding).length == 1;
    return plain ? in : new RecodedStream(file, in, encoding);
  }

  /** What {@link #linesIn} gives is in this encoding. */
  static Charset ofLines(Charset encoding) {
    return encoding.canEncode() && "\n".getBytes(encoding).length == 1 ? encoding : UTF_8;
  }

  /**
   * The UTF-16 whose mark a stream begins with, else UTF-8. Only bytes that a mark could be are
   * waited for, so that a slow writer is not.
   *
   * @param in supports marks
   */
  static Charset marked(InputStream in) throws IOException {
    in.mark(2);
    int first = in.read();
    int second = first == 0xFE || first == 0xFF ? in.read() : -1;
    in.reset();
    if (first == 0xFF && second == 0xFE) {
      return UTF_16LE;
    }
    return first == 0xFE && second == 0xFF ? UTF_16BE : UTF_8;
  }
}
