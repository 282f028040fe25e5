package io.haori.model.gguf;

import io.haori.core.weights.DType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a file keeps numbers: one by one, or in blocks with a scale.
 *
 * <pre>{@code
 * Q8_0   32 numbers   d · q                        d half, q in [-128, 127]
 * Q4_0   32 numbers   d · (q - 8)                  q in [0, 15]
 * Q4_K  256 numbers   d · s · q - m · t            s, t in [0, 63] for each 32, q in [0, 15]
 * Q6_K  256 numbers   d · s · (q - 32)             s in [-128, 127] for each 16, q in [0, 63]
 * }</pre>
 */
public enum GgufType {
  /** Floats of 32 bits. */
  F32(0, 1, 4, DType.F32),
  /** Floats of 16 bits. */
  F16(1, 1, 2, DType.F16),
  /** The upper half of floats of 32 bits. */
  BF16(30, 1, 2, DType.BF16),
  /** 8 bits and a scale. */
  Q8_0(8, 32, 34, null),
  /** 4 bits and a scale. */
  Q4_0(2, 32, 18, null),
  /** 4 bits, scales and least numbers in 6 bits. */
  Q4_K(12, 256, 144, null),
  /** 6 bits, scales in 8 bits. */
  Q6_K(14, 256, 210, null);

  /** All of them, for messages. */
  static final String NAMES =
      Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));

  private final int number;
  private final int block;
  private final int bytes;

  @SuppressWarnings("ImmutableEnumChecker") // An enum itself.
  private final @Nullable DType dtype;

  GgufType(int number, int block, int bytes, @Nullable DType dtype) {
    this.number = number;
    this.block = block;
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** The type of a number in a file; null for one that is not known. */
  static @Nullable GgufType of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst().orElse(null);
  }

  /** What a message calls a type by its number. */
  static String shown(int number) {
    return switch (number) {
      case 3 -> "Q4_1";
      case 6 -> "Q5_0";
      case 7 -> "Q5_1";
      case 9 -> "Q8_1";
      case 10 -> "Q2_K";
      case 11 -> "Q3_K";
      case 13 -> "Q5_K";
      case 15 -> "Q8_K";
      case 16, 17, 18, 19, 20, 21, 22, 23, 29 -> "IQ (" + number + ")";
      default -> Integer.toUnsignedString(number);
    };
  }

  /** Numbers of a block; the innermost dimension is a multiple. */
  int block() {
    return block;
  }

  /** Bytes of a block. */
  int bytes() {
    return bytes;
  }

  /** The same numbers one by one; null for blocks. */
  @Nullable DType dtype() {
    return dtype;
  }

  /**
   * A block as floats.
   *
   * @param from little-endian; its position moves behind the block
   * @param to gets {@link #block} numbers
   */
  void decode(ByteBuffer from, FloatBuffer to) {
    switch (this) {
      case Q8_0 -> eights(from, to);
      case Q4_0 -> fours(from, to);
      case Q4_K -> foursOfGroups(from, to);
      case Q6_K -> sixesOfGroups(from, to);
      default -> throw new IllegalStateException(name());
    }
  }

  private static void eights(ByteBuffer from, FloatBuffer to) {
    float scale = half(from.getShort());
    for (int i = 0; i < 32; i++) {
      to.put(scale * from.get());
    }
  }

  private static void fours(ByteBuffer from, FloatBuffer to) {
    float scale = half(from.getShort());
    int start = from.position();
    for (int i = 0; i < 16; i++) {
      to.put(scale * ((from.get(start + i) & 15) - 8));
    }
    for (int i = 0; i < 16; i++) {
      to.put(scale * (((from.get(start + i) >> 4) & 15) - 8));
    }
    from.position(start + 16);
  }

  private static void foursOfGroups(ByteBuffer from, FloatBuffer to) {
    float scale = half(from.getShort());
    float least = half(from.getShort());
    int scales = from.position();
    int codes = scales + 12;
    for (int group = 0; group < 8; group++) {
      int wide = packed(from, scales, group, true);
      int low = packed(from, scales, group, false);
      float step = scale * wide;
      float offset = least * low;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        to.put(step * ((from.get(codes + group / 2 * 32 + i) >> shift) & 15) - offset);
      }
    }
    from.position(codes + 128);
  }

  /** One of eight scales, or of eight least numbers, which share twelve bytes. */
  private static int packed(ByteBuffer from, int start, int group, boolean scale) {
    if (group < 4) {
      return from.get(start + group + (scale ? 0 : 4)) & 63;
    }
    int both = from.get(start + group + 4);
    int high = (from.get(start + group - (scale ? 4 : 0)) >> 6) & 3;
    return (scale ? both & 15 : (both >> 4) & 15) | high << 4;
  }

  private static void sixesOfGroups(ByteBuffer from, FloatBuffer to) {
    int low = from.position();
    int high = low + 128;
    int scales = high + 64;
    float scale = half(from.getShort(scales + 16));
    for (int part = 0; part < 2; part++) {
      for (int quarter = 0; quarter < 4; quarter++) {
        for (int i = 0; i < 32; i++) {
          int four = from.get(low + part * 64 + quarter % 2 * 32 + i) >> (quarter / 2 * 4) & 15;
          int two = from.get(high + part * 32 + i) >> (2 * quarter) & 3;
          int own = from.get(scales + part * 8 + quarter * 2 + i / 16);
          to.put(scale * own * ((four | two << 4) - 32));
        }
      }
    }
    from.position(scales + 18);
  }

  /** A float of 16 bits (IEEE 754 binary16). */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 31;
    int fraction = bits & 0x3FF;
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
    }
    if (exponent == 0) {
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }
}
