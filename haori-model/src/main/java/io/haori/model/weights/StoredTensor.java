package io.haori.model.weights;

import io.haori.check.Check;
import io.haori.tensor.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where a tensor lies in a file: row-major little-endian elements. Whoever makes one has checked
 * that it lies inside the file.
 */
final class StoredTensor {
  /** A buffer's length is an int, so what is longer is read in pieces. */
  private static final long PIECE = 1L << 28;

  private final DType dtype;
  private final long[] shape;
  private final long offset;

  /**
   * A place in a file.
   *
   * @param dtype type of the elements
   * @param shape lengths of the dimensions
   * @param offset of the first byte, from the start of the file
   */
  StoredTensor(DType dtype, long[] shape, long offset) {
    this.dtype = dtype;
    this.shape = shape.clone();
    this.offset = offset;
  }

  DType dtype() {
    return dtype;
  }

  long[] shape() {
    return shape.clone();
  }

  long offset() {
    return offset;
  }

  /** Offset of the first byte after the elements. */
  long end() {
    long bytes = dtype.bytes();
    for (long length : shape) {
      bytes *= length;
    }
    return offset + bytes;
  }

  /**
   * Reads the elements straight into native memory.
   *
   * @param channel the file, open for reading
   * @param file for messages
   * @param name for messages
   * @return owned by the current scope
   */
  Tensor load(FileChannel channel, Path file, String name) {
    try (Scope scope = Scope.open()) {
      Tensor tensor = Tensor.empty(dtype, shape);
      Tensor flat = tensor.view(tensor.count());
      long step = PIECE / dtype.bytes();
      long position = offset;
      for (long start = 0; start < tensor.count(); start += step) {
        long length = Math.min(step, tensor.count() - start);
        ByteBuffer piece = flat.narrow(0, start, length).buffer();
        while (piece.hasRemaining()) {
          int read = channel.read(piece, position);
          if (read < 0) {
            throw Check.in(file, "ends inside tensor " + WeightFiles.quote(name));
          }
          position += read;
        }
      }
      return scope.keep(tensor);
    } catch (IOException e) {
      throw Check.in(file, "cannot be read: " + e.getMessage());
    }
  }
}
