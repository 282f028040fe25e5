package io.haori.model.weights;

import io.haori.core.check.Check;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Loads tensors of files. */
public final class StoredTensors {
  /** A buffer's length is an int, so what is longer is read in parts. */
  private static final long PART = 1L << 28;

  private StoredTensors() {}

  /**
   * Reads the elements straight into native memory.
   *
   * @param stored where they are
   * @param channel the file, open for reading
   * @param file for messages
   * @param name for messages
   * @return owned by the current scope
   */
  public static Tensor load(StoredTensor stored, FileChannel channel, Path file, String name) {
    try (Scope scope = Scope.open()) {
      Tensor tensor = Tensors.empty(stored.dtype(), stored.shape());
      Tensor flat = tensor.view(tensor.count());
      long step = PART / stored.dtype().bytes();
      long position = stored.offset();
      for (long start = 0; start < tensor.count(); start += step) {
        long length = Math.min(step, tensor.count() - start);
        ByteBuffer part = flat.narrow(0, start, length).buffer();
        while (part.hasRemaining()) {
          int read = channel.read(part, position);
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
