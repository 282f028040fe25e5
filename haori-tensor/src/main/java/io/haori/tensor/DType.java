package io.haori.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Type of a tensor's elements, named as the safetensors format names them. */
public enum DType {
  /** 32-bit IEEE float. */
  F32(4, ScalarType.Float),
  /** 16-bit IEEE float. */
  F16(2, ScalarType.Half),
  /** bfloat16: 8 bits of exponent, 7 of mantissa. */
  BF16(2, ScalarType.BFloat16),
  /** 64-bit IEEE float. */
  F64(8, ScalarType.Double),
  /** 64-bit signed integer. */
  I64(8, ScalarType.Long),
  /** 32-bit signed integer. */
  I32(4, ScalarType.Int),
  /** 8-bit unsigned integer. */
  U8(1, ScalarType.Byte),
  /** Truth value, one byte. */
  BOOL(1, ScalarType.Bool);

  private final int bytes;
  final ScalarType scalarType;

  DType(int bytes, ScalarType scalarType) {
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  static DType of(ScalarType type) {
    // Scalar types come back from the engine as fresh enum values of the same number.
    for (DType candidate : values()) {
      if (candidate.scalarType.value == type.value) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("engine type " + type + " has no counterpart");
  }
}
