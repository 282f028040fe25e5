package io.haori.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most memory that this process held at once. */
public final class PeakMemory {
  private static final Pattern HIGH_WATER = Pattern.compile("(?m)^VmHWM:\\s+([0-9]+) kB$");

  private PeakMemory() {}

  /**
   * Peak resident memory in MB (2^20 bytes), native tensors included. Where the system does not
   * tell it (only Linux does, in {@code /proc/self/status}), what the Java heap holds now.
   */
  public static long megabytes() {
    OptionalLong measured = highWater();
    return measured.isPresent() ? measured.getAsLong() : Runtime.getRuntime().totalMemory() >> 20;
  }

  /**
   * Peak resident memory of some work alone, which begins at what the process holds already. Peaks
   * before it are forgotten: whoever wants them must have asked.
   *
   * @param work is run once
   * @return in MB; empty where the system does not tell or cannot forget
   */
  public static OptionalLong during(Runnable work) {
    boolean forgotten = forget();
    work.run();
    return forgotten ? highWater() : OptionalLong.empty();
  }

  /** Linux begins a new peak when a 5 is written there. */
  private static boolean forget() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      return true;
    } catch (IOException e) {
      // A figure that cannot be had is left out; the user's run continues.
      return false;
    }
  }

  private static OptionalLong highWater() {
    try {
      Path status = Path.of("/proc/self/status");
      if (Files.isReadable(status)) {
        Matcher line = HIGH_WATER.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
        if (line.find()) {
          return OptionalLong.of(Long.parseLong(line.group(1)) / 1024);
        }
      }
    } catch (IOException e) {
      // As above.
    }
    return OptionalLong.empty();
  }

  /**
   * Makes {@link #megabytes} count from now on.
   *
   * @return false where the system cannot do that
   */
  public static boolean restart() {
    return forget();
  }
}
