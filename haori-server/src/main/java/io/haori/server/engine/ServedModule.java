package io.haori.server.engine;

import java.util.List;

/**
 * A version that can be brought into memory.
 *
 * @param id which one
 * @param baseDigest SHA-256 of the weights of its base
 * @param files where they come from
 * @param kept whether it stays in memory until somebody takes it out
 * @param headLabels names for the outputs of a head that has none of its own; empty for those of
 *     the base
 * @param detector whether it is a detector of anomalies, which has no part in a model
 */
public record ServedModule(
    ServedVersion id,
    String baseDigest,
    VersionFiles files,
    boolean kept,
    List<String> headLabels,
    boolean detector) {
  /** Copies the list. */
  public ServedModule {
    headLabels = List.copyOf(headLabels);
  }

  /** An adapter. */
  public ServedModule(
      ServedVersion id,
      String baseDigest,
      VersionFiles files,
      boolean kept,
      List<String> headLabels) {
    this(id, baseDigest, files, kept, headLabels, false);
  }
}
