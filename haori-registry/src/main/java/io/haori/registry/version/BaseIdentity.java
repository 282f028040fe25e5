package io.haori.registry.version;

/**
 * The base that a folder without {@code haori.json} was trained on, as the user named it.
 *
 * @param name of the base
 * @param digest SHA-256 of its weights
 */
public record BaseIdentity(String name, String digest) {}
