package io.haori.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the processor can do. Asking does not load the native libraries, which may happen on another
 * thread meanwhile.
 */
public final class Processor {
  private static final List<String> PRODUCTS =
      List.of(
          "avx2",
          "avx512f",
          "avx512_bf16",
          "avx_vnni",
          "avx512_vnni",
          "amx_bf16",
          "amx_int8",
          "asimddp",
          "i8mm",
          "bf16");

  /** Read once: what a processor can do does not change. */
  private static final Description HERE = read();

  private Processor() {}

  /** Whether bf16 products run faster than fp32 ones here: AMX or AVX-512 BF16 is present. */
  public static boolean bf16IsFast() {
    return HERE.has("amx_bf16") || HERE.has("avx512_bf16");
  }

  /**
   * Whether int8 products run faster than those of floats here: AMX, VNNI or AVX2 is present, the
   * last with codes bounded by pairs ({@link Int8#quantiseWeight}).
   */
  public static boolean int8IsFast() {
    return HERE.int8IsFast();
  }

  /** Whether instructions add up int8 products in 32 bits at once: AMX or VNNI. */
  public static boolean hasVnni() {
    return HERE.hasVnni();
  }

  /** Whether instructions work on 16 floats at once. */
  static boolean hasAvx512() {
    return HERE.has("avx512f");
  }

  /** False where the processor is known to add pairs of int8 products in 16 bits: AVX2 alone. */
  static boolean mayMultiplyEveryInt8() {
    return HERE.hasVnni() || !HERE.has("avx2");
  }

  /** What it calls itself; empty where nothing says so. */
  public static String name() {
    return HERE.name();
  }

  /**
   * Its instruction sets that decide how fast matrix products are, under Linux's names, the widest
   * last: for example {@code avx2, avx512f, avx512_bf16, avx512_vnni}. None where nothing says so.
   */
  public static List<String> instructions() {
    return PRODUCTS.stream().filter(HERE::has).toList();
  }

  /**
   * What Linux says of a processor.
   *
   * @param name of the first one
   * @param flags of the first one
   */
  record Description(String name, Set<String> flags) {
    boolean has(String flag) {
      return flags.contains(flag);
    }

    boolean hasVnni() {
      return has("amx_int8") || has("avx512_vnni") || has("avx_vnni");
    }

    boolean int8IsFast() {
      return hasVnni() || has("avx2");
    }

    /**
     * Reads {@code /proc/cpuinfo}.
     *
     * @param text one line a property, name and value around a colon
     */
    static Description of(String text) {
      String flags = value(text, "flags", "features").toLowerCase(Locale.ROOT);
      return new Description(
          value(text, "model name"), Set.copyOf(Arrays.asList(flags.split("\\s+", -1))));
    }

    private static String value(String text, String... names) {
      return text.lines()
          .map(line -> line.split(":", 2))
          .filter(pair -> pair.length == 2)
          .filter(pair -> Arrays.asList(names).contains(pair[0].strip().toLowerCase(Locale.ROOT)))
          .map(pair -> pair[1].strip())
          .findFirst()
          .orElse("");
    }
  }

  private static Description read() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      return Description.of(
          Files.isReadable(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "");
    } catch (IOException e) {
      return Description.of("");
    }
  }
}
