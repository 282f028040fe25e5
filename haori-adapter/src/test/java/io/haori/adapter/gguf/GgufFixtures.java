package io.haori.adapter.gguf;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that llama.cpp's own Python package wrote. */
final class GgufFixtures {
  private GgufFixtures() {}

  static Path copy(String name, Path folder) {
    try (InputStream in = GgufFixtures.class.getResourceAsStream("/gguf/" + name)) {
      return Files.write(folder.resolve(name), requireNonNull(in, name).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
