package io.haori.registry.access;

import io.haori.registry.access.TokenTable.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * A token without its secret, and who made it and took it back, as the log knows.
 *
 * @param token account and moments
 * @param by who made it, null when the log does not know
 * @param revokedBy who took it back, null when nobody did or the log does not know
 */
public record IssuedToken(AccessToken token, @Nullable String by, @Nullable String revokedBy) {}
