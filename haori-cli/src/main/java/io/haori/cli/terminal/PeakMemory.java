package io.haori.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most memory this process held at once, ever or since a moment. */
public final class PeakMemory {
  /** Writing this number into it makes Linux forget the peak (proc(5)). */
  private static final Path FORGET = Path.of("/proc/self/clear_refs");

  private static final String PEAK = "5";
  private static final Pattern HIGH_WATER = Pattern.compile("(?m)^VmHWM:\\s+([0-9]+) kB$");

  private PeakMemory() {}

  /**
   * Peak resident memory in MB (2^20 bytes), native tensors included. Where the system does not
   * tell it (only Linux does, in {@code /proc/self/status}), what the Java heap holds now.
   */
  public static long megabytes() {
    try {
      Path status = Path.of("/proc/self/status");
      if (Files.isReadable(status)) {
        Matcher line = HIGH_WATER.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
        if (line.find()) {
          return Long.parseLong(line.group(1)) / 1024;
        }
      }
    } catch (IOException e) {
      // Falls through to the estimate: a missing figure must not end the user's run.
    }
    return Runtime.getRuntime().totalMemory() >> 20;
  }

  /**
   * Makes {@link #megabytes} count from now on.
   *
   * @return false where the system cannot do that
   */
  public static boolean restart() {
    try {
      Files.writeString(FORGET, PEAK, StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
