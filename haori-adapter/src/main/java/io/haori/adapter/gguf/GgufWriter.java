package io.haori.adapter.gguf;

import io.haori.core.files.AtomicFiles;
import io.haori.model.gguf.GgufFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a GGUF file of version 3, whole or not at all. The same values and tensors give the same
 * bytes.
 */
final class GgufWriter {
  private GgufWriter() {}

  /**
   * Writes a file in place of what was there.
   *
   * @param file where it is written
   * @param values texts and floats by key, in their order
   * @param tensors in F32, in their order; shapes with the innermost dimension last
   * @throws io.haori.core.check.UserError when the place cannot be written
   */
  static void write(Path file, Map<String, Object> values, Map<String, Tensor> tensors) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    number(head, GgufFile.MAGIC, 4);
    number(head, GgufFile.VERSION, 4);
    number(head, tensors.size(), 8);
    number(head, values.size(), 8);
    values.forEach((key, value) -> value(head, key, value));
    long offset = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      text(head, tensor.getKey());
      long[] shape = tensor.getValue().shape();
      number(head, shape.length, 4);
      for (int i = shape.length - 1; i >= 0; i--) {
        number(head, shape[i], 8);
      }
      number(head, 0, 4);
      number(head, offset, 8);
      offset = GgufFile.aligned(offset + tensor.getValue().byteCount(), GgufFile.ALIGNMENT);
    }
    AtomicFiles.write(
        file,
        channel -> {
          put(channel, ByteBuffer.wrap(head.toByteArray()));
          pad(channel);
          for (Tensor tensor : tensors.values()) {
            try (Scope scope = Scope.open()) {
              put(channel, tensor.contiguous().buffer());
            }
            pad(channel);
          }
        });
  }

  private static void value(ByteArrayOutputStream head, String key, Object value) {
    text(head, key);
    if (value instanceof Float real) {
      number(head, GgufFile.FLOAT32, 4);
      number(head, Float.floatToIntBits(real), 4);
    } else {
      number(head, GgufFile.STRING, 4);
      text(head, (String) value);
    }
  }

  private static void text(ByteArrayOutputStream head, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(head, bytes.length, 8);
    head.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream head, long value, int bytes) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    head.write(all, 0, bytes);
  }

  private static void pad(FileChannel channel) throws IOException {
    long position = channel.position();
    long wanted = GgufFile.aligned(position, GgufFile.ALIGNMENT);
    put(channel, ByteBuffer.allocate((int) (wanted - position)));
  }

  private static void put(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
