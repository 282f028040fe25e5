package io.haori.model.base;

/** Hears how far a base has been fetched, for a progress bar. Calls come from several threads. */
@FunctionalInterface
public interface FetchListener {
  /** Hears nothing. */
  FetchListener SILENT = (what, bytes, total) -> {};

  /**
   * Some more has come.
   *
   * @param what what is being fetched, in words for the user
   * @param bytes bytes that have come so far
   * @param total bytes that will come in all; −1 while unknown. The last call has {@code bytes ==
   *     total}
   */
  void fetched(String what, long bytes, long total);
}
