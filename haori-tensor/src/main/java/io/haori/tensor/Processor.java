package io.haori.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the processor can do. Asking does not load the native libraries, which may happen on another
 * thread meanwhile.
 */
public final class Processor {
  /** Read once: the flags of a processor do not change. */
  private static final boolean BF16 = readBf16();

  private Processor() {}

  /** Whether bf16 products run faster than fp32 ones here: AMX or AVX-512 BF16 is present. */
  public static boolean bf16IsFast() {
    return BF16;
  }

  private static boolean readBf16() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return false;
    }
    try {
      String text = Files.readString(cpuinfo, StandardCharsets.ISO_8859_1);
      String flags = text.toLowerCase(Locale.ROOT);
      return flags.contains("amx_bf16") || flags.contains("avx512_bf16");
    } catch (IOException e) {
      return false;
    }
  }
}
