/**
 * Bases in memory, versions of modules on them, and the queue in which rows of all of them share
 * passes.
 *
 * <p>A version never changes, so it is attached to the {@link io.haori.inference.live.LiveModel}
 * under a name of its own and stays right for as long as it is there: what is swapped is only which
 * version a name means, in {@code io.haori.server.watch}.
 *
 * <p>Start at {@link io.haori.server.engine.BaseEngine}, then {@link
 * io.haori.server.engine.ResidentModules} (what is in memory) and {@link
 * io.haori.server.engine.BatchQueue} (how rows come together).
 */
@NullMarked
package io.haori.server.engine;

import org.jspecify.annotations.NullMarked;
