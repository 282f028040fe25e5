package io.haori.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.SafetensorsHeader;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes tensors as a safetensors file, whole or not at all. The same tensors give the same bytes:
 * wider element types come first, so that every tensor is aligned to its elements, then names in
 * order.
 */
public final class SafetensorsWriter {
  private static final JsonFactory JSON = new JsonFactory();

  /** A buffer's length is an int, so what is longer is written in chunks. */
  private static final long CHUNK = 1L << 28;

  private SafetensorsWriter() {}

  /**
   * Writes a file in place of what was there.
   *
   * @param file where it is written
   * @param tensors by name; any shape and type
   * @param metadata free strings; {@code format} = {@code pt} is what other programs expect
   * @throws UserError when the place cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey("__metadata__")) {
      throw new IllegalArgumentException("no tensor may be called __metadata__");
    }
    List<Map.Entry<String, Tensor>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, Tensor> e) -> -e.getValue().dtype().bytes())
                    .thenComparing(Map.Entry::getKey))
            .toList();
    AtomicFiles.write(
        file,
        channel -> {
          writeHeader(channel, ordered, metadata);
          for (var entry : ordered) {
            writeElements(channel, entry.getValue());
          }
        });
  }

  private static void writeHeader(
      FileChannel channel, List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(header)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (var entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long position = 0;
      for (var entry : tensors) {
        long end = Math.addExact(position, entry.getValue().byteCount());
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", entry.getValue().dtype().name());
        writeNumbers(json, "shape", entry.getValue().shape());
        writeNumbers(json, "data_offsets", position, end);
        json.writeEndObject();
        position = end;
      }
      json.writeEndObject();
    }
    // Spaces up to a multiple of eight keep the numbers aligned for readers that map the file.
    byte[] padding = new byte[-header.size() & 7];
    Arrays.fill(padding, (byte) ' ');
    header.write(padding);
    if (header.size() > SafetensorsHeader.MAX_BYTES) {
      throw new IOException("its header would be longer than the format allows");
    }
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(header.size()).flip());
    writeFully(channel, ByteBuffer.wrap(header.toByteArray()));
  }

  private static void writeNumbers(JsonGenerator json, String key, long... numbers)
      throws IOException {
    json.writeFieldName(key);
    json.writeArray(numbers, 0, numbers.length);
  }

  private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor flat = tensor.contiguous().view(tensor.count());
      long step = CHUNK / tensor.dtype().bytes();
      for (long start = 0; start < flat.count(); start += step) {
        writeFully(channel, flat.narrow(0, start, Math.min(step, flat.count() - start)).buffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
