package io.haori.server.engine;

/**
 * A version that can be brought into memory.
 *
 * @param id which one
 * @param baseDigest SHA-256 of the weights of its base
 * @param files where they come from
 * @param kept whether it stays in memory until somebody takes it out
 */
public record ServedModule(ServedVersion id, String baseDigest, VersionFiles files, boolean kept) {}
