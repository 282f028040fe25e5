package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What one site says in a round whose sum hides its parts: JSON that the site has signed.
 *
 * @param kind what it is
 * @param site that says it
 * @param key public key that it is signed with, in Base64
 * @param json all of it
 */
record SecureMessage(Kind kind, String site, String key, ObjectNode json) {
  /** The longest file that is read. */
  static final long MOST_BYTES = 1L << 30;

  private static final int FORMAT = 1;
  private static final String SIGNATURE = "signature";

  /** What a site says, in the order of a round. */
  enum Kind {
    /** Its public keys of the round and the names of its labels. */
    KEYS,
    /** Parts of its secrets, each sealed for one site. */
    SHARES,
    /** Its numbers, masked. */
    MASKED,
    /** The parts of others' secrets that take the masks out of the sum. */
    REVEAL;

    /** Its name in files. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Writes and signs.
   *
   * @param kind what it is
   * @param place of the round
   * @param site that says it
   * @param key of the site
   * @param body puts what is said
   */
  static SecureMessage of(
      Kind kind, RoundPlace place, String site, SiteKey key, Consumer<ObjectNode> body) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", FORMAT).put("kind", kind.word());
    place.put(json);
    json.put("site", site).put("key", key.shown());
    body.accept(json);
    json.put(SIGNATURE, key.sign(json.toString()));
    return new SecureMessage(kind, site, key.shown(), json);
  }

  /** Whether JSON may be one. */
  static boolean isOne(JsonNode json) {
    return Arrays.stream(Kind.values())
        .anyMatch(kind -> kind.word().equals(json.path("kind").asText()));
  }

  /**
   * Reads one and refuses it where it is of another round or was changed.
   *
   * @param file where it is, for messages
   * @param json an object
   * @param place of the round that it must be for
   * @throws io.haori.core.check.UserError in one sentence
   */
  static SecureMessage read(Path file, JsonNode json, RoundPlace place) {
    int format = json.path("formatVersion").asInt();
    require(format == FORMAT, file + ": formatVersion", String.valueOf(FORMAT), format);
    if (!(json instanceof ObjectNode object) || !isOne(json)) {
      throw Check.in(file, "must be a file of haori federate, got another one");
    }
    ObjectNode signed = object.deepCopy();
    String signature = signed.path(SIGNATURE).asText();
    signed.remove(SIGNATURE);
    String key = json.path("key").asText();
    String site = json.path("site").asText();
    UpdateFile.requireName(file + ": site", site);
    if (!SiteKey.hasSigned(key, signed.toString(), signature)) {
      throw Check.in(file, "what the site " + site + " says was changed since it signed it");
    }
    place.requireIn(file, json);
    place.round().requireKey(file + ": key of the site " + site, site, key);
    Kind kind = Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT));
    return new SecureMessage(kind, site, key, object);
  }

  /** A text of it. */
  String text(String name) {
    return json.path(name).asText();
  }
}
