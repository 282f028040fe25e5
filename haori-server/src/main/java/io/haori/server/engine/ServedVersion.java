package io.haori.server.engine;

/**
 * Which version answers: what every answer names.
 *
 * @param module its name
 * @param version its number
 * @param digest SHA-256 over its files
 */
public record ServedVersion(String module, int version, String digest) {
  /** What the version is called in memory; no two versions share it. */
  public String key() {
    return this + "#" + digest;
  }

  @Override
  public String toString() {
    return module + "@" + version;
  }
}
