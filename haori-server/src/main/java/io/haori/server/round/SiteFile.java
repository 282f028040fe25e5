package io.haori.server.round;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.digest.Sha256;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file that a site handed in.
 *
 * @param site that signed it
 * @param kind as {@link io.haori.training.federated.HandedIn} has it
 * @param account that brought it
 * @param at when it came
 * @param bytes of it
 * @param digest SHA-256 of it in hexadecimal digits
 */
public record SiteFile(
    String site, String kind, String account, Instant at, long bytes, String digest) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Where it is, in a folder; of the same length for every site, in whatever script its name is.
   */
  Path in(Path folder) {
    return folder.resolve(Sha256.of(site).substring(0, 32) + "." + kind);
  }

  /** Where what is known of it is. */
  Path metaIn(Path folder) {
    Path file = in(folder);
    return file.resolveSibling(file.getFileName() + ".json");
  }

  /** As it is stored and answered. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("site", site);
    map.put("kind", kind);
    map.put("account", account);
    map.put("at", at.toString());
    map.put("bytes", bytes);
    map.put("digest", digest);
    return map;
  }

  /** As it is stored. */
  String toJson() {
    try {
      return MAPPER.writeValueAsString(toMap());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #toMap} wrote it. */
  static SiteFile of(JsonNode json) {
    return new SiteFile(
        json.path("site").asText(),
        json.path("kind").asText(),
        json.path("account").asText(),
        Instant.parse(json.path("at").asText()),
        json.path("bytes").asLong(),
        json.path("digest").asText());
  }
}
