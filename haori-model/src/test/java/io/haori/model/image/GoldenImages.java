package io.haori.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Pictures of Pillow and what it and transformers made of them; {@code make_images.py} made all.
 */
final class GoldenImages {
  private GoldenImages() {}

  /** One result. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Result(JsonNode about, byte[] bytes) {
    String file() {
      return about.path("file").asText();
    }

    List<Integer> shape() {
      return StreamSupport.stream(about.path("shape").spliterator(), false)
          .map(JsonNode::intValue)
          .toList();
    }

    Pixels pixels() {
      return Pixels.of(shape().get(0), shape().get(1), bytes);
    }

    float[] floats() {
      var floats = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      return floats;
    }

    @Override
    public String toString() {
      return about.toString();
    }
  }

  static Stream<Result> of(String kind) {
    byte[] blob = bytes("expected.bin");
    try {
      JsonNode results = new ObjectMapper().readTree(bytes("expected.json")).path("results");
      int size = kind.equals("values") ? 4 : 1;
      return StreamSupport.stream(results.spliterator(), false)
          .filter(one -> one.path("kind").asText().equals(kind))
          .map(
              one -> {
                int start = one.path("offset").intValue();
                int length = size;
                for (JsonNode side : one.path("shape")) {
                  length *= side.intValue();
                }
                return new Result(one, Arrays.copyOfRange(blob, start, start + length));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(GoldenImages.class.getResource("/image/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(String name) {
    try (InputStream in = GoldenImages.class.getResourceAsStream("/image/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
