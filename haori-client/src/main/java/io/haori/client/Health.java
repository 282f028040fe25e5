package io.haori.client;

/**
 * Whether a server takes requests.
 *
 * @param ready whether it does
 * @param registry {@code up} or {@code down}: whether it can read its registry; what was live last
 *     is served meanwhile
 */
public record Health(boolean ready, String registry) {}
