package io.haori.tensor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory that a process can still have without taking it from others. */
public final class AvailableMemory {
  private static final Path SYSTEM = Path.of("/proc/meminfo");

  private AvailableMemory() {}

  /**
   * What the system has free or can free at once, in bytes: on Linux its own estimate with the free
   * swap, bounded by the limit of the container; elsewhere nothing is known, since free memory
   * without what caches hold would be far too low.
   */
  public static OptionalLong bytes() {
    String system;
    try {
      system = Files.readString(SYSTEM, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    OptionalLong available = of(system);
    return available.isPresent()
        ? OptionalLong.of(Math.min(available.getAsLong(), container()))
        : available;
  }

  /**
   * Reads what Linux says of its memory.
   *
   * @param system lines of {@code /proc/meminfo}
   * @return bytes; empty before Linux 3.14
   */
  static OptionalLong of(String system) {
    OptionalLong available = line(system, "MemAvailable");
    return available.isPresent()
        ? OptionalLong.of(available.getAsLong() + line(system, "SwapFree").orElse(0))
        : available;
  }

  private static OptionalLong line(String system, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+([0-9]{1,15}) kB$").matcher(system);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) << 10)
        : OptionalLong.empty();
  }

  /** All that the container may have, which its own process can take nearly whole. */
  private static long container() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
