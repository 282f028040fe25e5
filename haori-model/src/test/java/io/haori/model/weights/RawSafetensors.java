package io.haori.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds safetensors files byte by byte, sound or not. */
final class RawSafetensors {
  private RawSafetensors() {}

  static byte[] bytes(long headerLength, byte[] header, int bufferBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + bufferBytes).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(headerLength).put(header).array();
  }

  static Path write(Path folder, String header, int bufferBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(folder, bytes(json.length, json, bufferBytes));
  }

  static Path write(Path folder, byte[] content) {
    try {
      return Files.write(folder.resolve("made.safetensors"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
