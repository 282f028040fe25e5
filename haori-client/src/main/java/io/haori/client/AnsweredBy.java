package io.haori.client;

import java.util.List;

/**
 * Which version gave an answer.
 *
 * @param requestId name of the request, also in the server's log; what feedback refers to
 * @param task of the head, for example {@code classification}; empty for vectors
 * @param model as the request named it
 * @param module name; empty for the base alone
 * @param version number; 0 for the base alone
 * @param digest SHA-256 of the version's files, or of the base
 * @param base name
 * @param modules that acted, with their weights; none for vectors
 * @param tokens of all texts, special ones included
 */
public record AnsweredBy(
    String requestId,
    String task,
    String model,
    String module,
    int version,
    String digest,
    String base,
    List<Weighted> modules,
    long tokens) {
  /** Copies the list. */
  public AnsweredBy {
    modules = List.copyOf(modules);
  }

  /**
   * A module that acted.
   *
   * @param module name
   * @param version number
   * @param digest SHA-256 of its files
   * @param weight of its update
   */
  public record Weighted(String module, int version, String digest, double weight) {}
}
