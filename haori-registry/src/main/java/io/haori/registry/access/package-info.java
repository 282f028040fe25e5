/**
 * Who may do what: {@link io.haori.registry.access.Role roles} by name pattern, and tokens for
 * those whom no operating system vouches for. Start at {@link
 * io.haori.registry.access.AccessTable}.
 */
@NullMarked
package io.haori.registry.access;

import org.jspecify.annotations.NullMarked;
