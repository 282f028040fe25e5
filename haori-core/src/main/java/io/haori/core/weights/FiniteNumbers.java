package io.haori.core.weights;

import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;

/**
 * Refuses safetensors files that hold NaN or infinity, which would pass through every product in
 * silence. It reads the file's bytes and needs no engine.
 */
public final class FiniteNumbers {
  private static final int PIECE = 1 << 20;

  private FiniteNumbers() {}

  /**
   * Checks all floating tensors of a file.
   *
   * @param file a sound safetensors file
   * @throws io.haori.core.check.UserError naming the first tensor that holds a number which is not
   *     finite, or what is wrong with the file
   */
  public static void require(Path file) {
    try (FileChannel channel = WeightFiles.open(file)) {
      SafetensorsHeader header = SafetensorsHeader.read(channel, file);
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
      for (Map.Entry<String, StoredTensor> tensor : header.tensors().entrySet()) {
        if (tensor.getValue().dtype().isFloat()) {
          require(file, channel, tensor.getKey(), tensor.getValue(), piece);
        }
      }
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  private static void require(
      Path file, FileChannel channel, String name, StoredTensor tensor, ByteBuffer piece)
      throws IOException {
    long position = tensor.offset();
    while (position < tensor.end()) {
      piece.clear().limit((int) Math.min(PIECE, tensor.end() - position));
      while (piece.hasRemaining()) {
        int read = channel.read(piece, position);
        if (read < 0) {
          throw Check.in(file, "ends inside tensor " + WeightFiles.quote(name));
        }
        position += read;
      }
      double found = firstNotFinite(piece.flip(), tensor);
      if (!Double.isFinite(found)) {
        String bound = WeightFiles.quote(name) + " must hold finite numbers, got ";
        throw Check.in(file, bound + found);
      }
    }
  }

  /** The first number of a piece that is not finite; 0 when all are. */
  private static double firstNotFinite(ByteBuffer piece, StoredTensor tensor) {
    while (piece.hasRemaining()) {
      double value =
          switch (tensor.dtype()) {
            case F32 -> piece.getFloat();
            case F64 -> piece.getDouble();
            case F16 -> ofHalf(piece.getShort());
            case BF16 -> Float.intBitsToFloat(piece.getShort() << 16);
            default -> throw new IllegalStateException(tensor.dtype() + " is no floating type");
          };
      if (!Double.isFinite(value)) {
        return value;
      }
    }
    return 0;
  }

  /** 5 bits of exponent, all of them set for what is not finite; other values do not count here. */
  private static double ofHalf(short bits) {
    if ((bits & 0x7C00) != 0x7C00) {
      return 0;
    }
    double infinite = bits < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    return (bits & 0x3FF) == 0 ? infinite : Double.NaN;
  }
}
