package io.haori.testkit;

import java.nio.file.Path;

/**
 * A tiny Llama with its own byte-level tokenizer, which the reference implementation trained until
 * it spoke: of animals and what they do, and of {@code Caffè}, {@code 日本} and {@code 🙂}, whose
 * characters take several tokens.
 */
public final class TinyDecoder {
  private TinyDecoder() {}

  /**
   * The base as a folder.
   *
   * @param temporary where it is made
   * @return the folder
   */
  public static Path folder(Path temporary) {
    return Golden.copy("models/tiny-llama", temporary);
  }
}
