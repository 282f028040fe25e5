package io.haori.benchmarks.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process, on Linux. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** Makes the peak begin at what is resident now. */
  static void resetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  /** Most that was resident since {@link #resetPeak}, in MB (2^20 bytes). */
  static long peakMb() throws IOException {
    return megabytes("VmHWM");
  }

  /** What is resident now, in MB (2^20 bytes). */
  static long residentMb() throws IOException {
    return megabytes("VmRSS");
  }

  private static long megabytes(String key) throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }
}
