package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonFile;
import io.haori.training.federated.secure.AgreementKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a site keeps for itself in a round whose sum hides its parts, in a file that only its owner
 * may read.
 *
 * @param mask secret key by which masks are agreed on
 * @param seal secret key by which parts of secrets are sealed
 * @param own seed of the site's own mask, 32 bytes
 * @param revealed digest of what the site has answered with parts of others' secrets; empty before
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record SiteSecrets(AgreementKey mask, AgreementKey seal, byte[] own, String revealed) {
  private static final long MOST_BYTES = 10_000;
  private static final int SEED = 32;

  /**
   * New secrets with their public parts.
   *
   * @param secrets to be kept
   * @param mask public key by which masks are agreed on
   * @param seal public key by which parts of secrets are sealed
   */
  record Fresh(SiteSecrets secrets, String mask, String seal) {}

  /** New random ones. */
  static Fresh random() {
    AgreementKey.Pair mask = AgreementKey.random();
    AgreementKey.Pair seal = AgreementKey.random();
    byte[] own = new byte[SEED];
    new SecureRandom().nextBytes(own);
    return new Fresh(new SiteSecrets(mask.key(), seal.key(), own, ""), mask.shown(), seal.shown());
  }

  /**
   * Where they are kept.
   *
   * @param key file of the site's key
   * @param round that they are for
   */
  static Path file(Path key, Round round) {
    String name = String.valueOf(key.getFileName()).replaceFirst("\\.pem$", "");
    return key.resolveSibling(
        name
            + "-"
            + Sha256.of(round.federation()).substring(0, 8)
            + "-"
            + round.number()
            + ".secrets");
  }

  /** Writes them, in place of what was there. */
  void write(Path file) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("mask", encoded(mask.secret()));
    json.put("seal", encoded(seal.secret()));
    json.put("own", encoded(own));
    json.put("revealed", revealed);
    OwnerFile.replace(file, json.toPrettyString() + "\n");
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Reads them.
   *
   * @param file written by {@link #write}
   * @throws io.haori.core.check.UserError when there are none
   */
  static SiteSecrets read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Check.in(
          file, "must hold this site's secrets of the round, which haori federate enroll makes");
    }
    ObjectNode json = JsonFile.readObject(file, MOST_BYTES);
    return new SiteSecrets(
        AgreementKey.of(bytes(file, json, "mask")),
        AgreementKey.of(bytes(file, json, "seal")),
        bytes(file, json, "own"),
        json.path("revealed").asText());
  }

  private static byte[] bytes(Path file, ObjectNode json, String name) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(json.path(name).asText());
    } catch (IllegalArgumentException e) {
      throw Check.in(file, name + " must be Base64");
    }
    require(bytes.length == SEED, file + ": " + name, SEED + " bytes", bytes.length);
    return bytes;
  }

  /** The same after parts of others' secrets were given away. */
  SiteSecrets afterRevealing(String digest) {
    return new SiteSecrets(mask, seal, own, digest);
  }
}
