package io.haori.client.write;

/** Hears a text while a server writes it. */
@FunctionalInterface
public interface WritingListener {
  /** Hears nothing. */
  WritingListener SILENT = piece -> {};

  /**
   * A piece came.
   *
   * @param piece not empty
   */
  void onText(String piece);

  /** Whether no more is wanted; asked after each piece. */
  default boolean cancelled() {
    return false;
  }
}
