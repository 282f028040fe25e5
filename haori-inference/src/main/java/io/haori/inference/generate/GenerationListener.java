package io.haori.inference.generate;

/** Hears what is written while it is written. */
@FunctionalInterface
public interface GenerationListener {
  /** Hears nothing. */
  GenerationListener SILENT = (prompt, piece) -> {};

  /**
   * A piece of a text, never a part of a character, and never a part of a string that ends it.
   *
   * @param prompt index of its prompt
   * @param piece what follows the pieces before; not empty
   */
  void onText(int prompt, String piece);

  /**
   * A text that has ended, while others may still be written.
   *
   * @param prompt index of its prompt
   * @param written the whole text
   */
  default void onEnd(int prompt, Generated written) {}

  /** Whether to end all texts here. Asked once a token. */
  default boolean cancelled() {
    return false;
  }
}
