package io.haori.cli.proof;

import java.util.Map;

/**
 * Where the rows of a domain are and what they were when the proof of concept began.
 *
 * @param name of the domain, and of its module
 * @param path of folder or file
 * @param reading options by flag with which it is read
 * @param digest SHA-256 of the digests of its splits
 * @param rows training and validation rows
 * @param testRows rows that are looked at in the end
 */
public record DomainSource(
    String name, String path, Map<String, String> reading, String digest, int rows, int testRows) {
  /** Copies the options. */
  public DomainSource {
    reading = Map.copyOf(reading);
  }
}
