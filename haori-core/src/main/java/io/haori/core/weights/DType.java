package io.haori.core.weights;

/** Type of a tensor's elements, named as the safetensors format names them. */
public enum DType {
  /** 32-bit IEEE float. */
  F32(4),
  /** 16-bit IEEE float. */
  F16(2),
  /** bfloat16: 8 bits of exponent, 7 of mantissa. */
  BF16(2),
  /** 64-bit IEEE float. */
  F64(8),
  /** 64-bit signed integer. */
  I64(8),
  /** 32-bit signed integer. */
  I32(4),
  /** 8-bit signed integer. */
  I8(1),
  /** 8-bit unsigned integer. */
  U8(1),
  /** Truth value, one byte. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }
}
