package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.training.federated.SecureMessage.Kind;
import io.haori.training.federated.secure.AgreementKey;
import io.haori.training.federated.secure.SealedBox;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/**
 * What a message of a secure round must hold so that the sites can go on with it. Its signature
 * says who wrote it, not that it was written by {@link SecureRound}; and what was collected once is
 * not taken back, since sites answer one list alone.
 */
final class SecureContent {
  /** Names of labels that a site may have. */
  static final int MOST_LABELS = 100_000;

  /** Bytes of a secret and of each of its parts. */
  static final int SECRET = 32;

  private static final int BOX = SealedBox.length(2 * SECRET);

  private SecureContent() {}

  /**
   * Refuses keys that are none, no labels or too many, and the same one twice.
   *
   * @param file of the message, for messages
   * @param message of kind {@link Kind#KEYS}
   */
  static void requireKeys(Path file, SecureMessage message) {
    for (String name : new String[] {"mask", "seal"}) {
      require(
          AgreementKey.isPublic(message.text(name)),
          file + ": " + name,
          "a key of X25519",
          "another text");
    }
    JsonNode labels = message.json().path("labels");
    requireLabels(file + ": labels", labels.size());
    Set<String> names = new HashSet<>();
    for (JsonNode label : labels) {
      require(
          label.isTextual() && names.add(label.asText()),
          file + ": labels",
          "texts, each once",
          label);
    }
  }

  /** Refuses no labels and too many. */
  static void requireLabels(String setting, int count) {
    require(count >= 1 && count <= MOST_LABELS, setting, "1 to " + MOST_LABELS, count);
  }

  /**
   * Refuses shares without one for each site. Whether a sealed one is right, its site alone sees.
   *
   * @param file of the message, for messages
   * @param message of kind {@link Kind#SHARES}
   * @param bundle with the keys of all sites
   */
  static void requireShares(Path file, SecureMessage message, SecureBundle bundle) {
    for (String site : bundle.keys().keySet()) {
      requireBytes(file, "boxes", message, site, BOX);
    }
  }

  /**
   * Refuses answers without a part of the secret of each site.
   *
   * @param file of the message, for messages
   * @param message of kind {@link Kind#REVEAL}
   * @param bundle with the sites that have arrived
   */
  static void requireReveal(Path file, SecureMessage message, SecureBundle bundle) {
    for (String site : bundle.shares().keySet()) {
      requireBytes(file, bundle.arrived().contains(site) ? "own" : "mask", message, site, SECRET);
    }
  }

  private static void requireBytes(
      Path file, String name, SecureMessage message, String site, int length) {
    String what = file + ": " + name + " for the site " + site;
    try {
      int got = Base64.getDecoder().decode(message.json().path(name).path(site).asText()).length;
      require(got == length, what, length + " bytes", got);
    } catch (IllegalArgumentException e) {
      require(false, what, length + " bytes in Base64", "another text");
    }
  }
}
