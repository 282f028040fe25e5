/**
 * Who asks, and whether they may: {@link io.haori.server.auth.Callers} knows tokens and roles of
 * the registry, {@link io.haori.server.auth.Exposure} refuses to listen where that is not safe.
 */
@NullMarked
package io.haori.server.auth;

import org.jspecify.annotations.NullMarked;
