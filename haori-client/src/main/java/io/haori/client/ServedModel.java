package io.haori.client;

/**
 * Something that a server answers with.
 *
 * @param id name for requests, for example {@code food@live}
 * @param parent its base; empty for a base
 * @param root the version that the name means, for example {@code food@3}
 * @param digest SHA-256 of its files
 * @param resident whether it is in the server's memory
 */
public record ServedModel(String id, String parent, String root, String digest, boolean resident) {}
