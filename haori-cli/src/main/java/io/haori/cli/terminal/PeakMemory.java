package io.haori.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most memory this process ever held at once. */
final class PeakMemory {
  private static final Pattern HIGH_WATER = Pattern.compile("(?m)^VmHWM:\\s+([0-9]+) kB$");

  private PeakMemory() {}

  /**
   * Peak resident memory in MB (2^20 bytes), native tensors included. Where the system does not
   * tell it (only Linux does, in {@code /proc/self/status}), what the Java heap holds now.
   */
  static long megabytes() {
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
}
