package io.haori.tensor;

import io.haori.core.weights.DType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The engine's names of element types. */
final class ScalarTypes {
  private ScalarTypes() {}

  static ScalarType of(DType dtype) {
    return switch (dtype) {
      case F32 -> ScalarType.Float;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case F64 -> ScalarType.Double;
      case I64 -> ScalarType.Long;
      case I32 -> ScalarType.Int;
      case I8 -> ScalarType.Char;
      case U8 -> ScalarType.Byte;
      case BOOL -> ScalarType.Bool;
    };
  }

  static DType of(ScalarType type) {
    // Scalar types come back from the engine as fresh enum values of the same number.
    for (DType candidate : DType.values()) {
      if (of(candidate).value == type.value) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("engine type " + type + " has no counterpart");
  }
}
