package io.haori.registry.access;

import io.haori.registry.name.NamePattern;

/**
 * A role that an account has.
 *
 * @param account whose
 * @param role which
 * @param pattern for these modules
 */
public record RoleGrant(String account, Role role, NamePattern pattern) {}
