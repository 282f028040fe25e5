/**
 * Rounds of sites that learn together, kept in the server's work folder: {@link
 * io.haori.server.round.Rounds} takes what sites hand in and merges it, {@link
 * io.haori.server.round.FederationFolder} says where it is.
 */
@NullMarked
package io.haori.server.round;

import org.jspecify.annotations.NullMarked;
