package io.haori.registry.watch;

import io.haori.registry.name.PlainText;

/**
 * What a version's answers looked like on its evaluation rows.
 *
 * @param dataName name of the data set
 * @param split of it, for example {@code test}
 * @param dataDigest SHA-256 of the split's file
 * @param profile as JSON, which the registry keeps as it is
 */
public record DriftReference(String dataName, String split, String dataDigest, String profile) {
  /** Checks the names. */
  public DriftReference {
    PlainText.check("name of the data", dataName);
    PlainText.check("split", split);
  }
}
