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
  private static final int CHUNK = 1 << 20;

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
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
      for (Map.Entry<String, StoredTensor> tensor : header.tensors().entrySet()) {
        if (tensor.getValue().dtype().isFloat()) {
          require(file, channel, tensor.getKey(), tensor.getValue(), chunk);
        }
      }
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  private static void require(
      Path file, FileChannel channel, String name, StoredTensor tensor, ByteBuffer chunk)
      throws IOException {
    long position = tensor.offset();
    while (position < tensor.end()) {
      chunk.clear().limit((int) Math.min(CHUNK, tensor.end() - position));
      while (chunk.hasRemaining()) {
        int read = channel.read(chunk, position);
        if (read < 0) {
          throw Check.in(file, "ends inside tensor " + WeightFiles.quote(name));
        }
        position += read;
      }
      double found = firstNotFinite(chunk.flip(), tensor);
      if (!Double.isFinite(found)) {
        String bound = WeightFiles.quote(name) + " must hold finite numbers, got ";
        throw Check.in(file, bound + found);
      }
    }
  }

  /** The first number of a chunk that is not finite; 0 when all are. */
  private static double firstNotFinite(ByteBuffer chunk, StoredTensor tensor) {
    while (chunk.hasRemaining()) {
      double value =
          switch (tensor.dtype()) {
            case F32 -> chunk.getFloat();
            case F64 -> chunk.getDouble();
            case F16 -> ofHalf(chunk.getShort());
            case BF16 -> Float.intBitsToFloat(chunk.getShort() << 16);
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
