package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.json.JsonFile;
import java.nio.file.Path;

/**
 * A round as files name it.
 *
 * @param round what all sites agree on
 * @param digest {@link RoundFolder#digest} of its folder
 */
record RoundPlace(Round round, String digest) {
  /** The round of a folder. */
  static RoundPlace of(Path folder) {
    return new RoundPlace(RoundFolder.read(folder), RoundFolder.digest(folder));
  }

  /** Writes which round it is. */
  void put(ObjectNode json) {
    json.put("federation", round.federation());
    json.put("round", round.number());
    json.put("roundDigest", digest);
  }

  /**
   * Refuses what is of another round.
   *
   * @param file for messages
   * @param json as {@link #put} writes it
   */
  void requireIn(Path file, JsonNode json) {
    requireNumberIn(file, json);
    require(
        json.path("roundDigest").asText().equals(digest),
        file + ": digest of its round",
        digest + " as the round has it",
        JsonFile.printable(json.path("roundDigest").asText()));
  }

  /** Refuses what is of another federation or number, whatever the digest. */
  void requireNumberIn(Path file, JsonNode json) {
    String federation = json.path("federation").asText();
    require(
        federation.equals(round.federation()),
        file + ": federation",
        round.federation() + " as in the round",
        JsonFile.printable(federation));
    int number = json.path("round").asInt(-1);
    require(number == round.number(), file + ": round", String.valueOf(round.number()), number);
  }
}
