package io.haori.training.work;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What runs read beside their settings, by digest: the same input is kept, and sent, once. */
public final class WorkInputs {
  private final Map<String, byte[]> bytes = new LinkedHashMap<>();

  /**
   * Adds an input.
   *
   * @param json what it holds
   * @return SHA-256 of its bytes, under which workers find it
   */
  public String add(JsonNode json) {
    return add(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds an input.
   *
   * @param content what it holds
   * @return SHA-256 of it
   */
  public String add(byte[] content) {
    String digest = Sha256.of(content);
    bytes.putIfAbsent(digest, content.clone());
    return digest;
  }

  /** The bytes of all inputs by their SHA-256. */
  public Map<String, byte[]> all() {
    return Collections.unmodifiableMap(bytes);
  }
}
