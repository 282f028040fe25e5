package io.haori.registry.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A role that an account has, and how it came to it, as the log knows.
 *
 * @param grant account, role, pattern
 * @param since when it was given, null when the log does not know
 * @param by who gave it, null when the log does not know
 */
public record GrantedRole(RoleGrant grant, @Nullable Instant since, @Nullable String by) {}
