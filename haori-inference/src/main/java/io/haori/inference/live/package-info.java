/**
 * A model whose modules are switched while other threads predict with it.
 *
 * <p>All that a prediction reads is one immutable state. A change makes a new state and puts it in
 * the old one's place in a single step; whoever began with the old state ends with it. Native
 * memory is counted: a module that was replaced is freed by the last state or prediction that lets
 * go of it.
 *
 * <p>Start at {@link io.haori.inference.live.LiveModel} (the door), then {@link
 * io.haori.inference.live.LiveChange} (what can be changed), {@link
 * io.haori.inference.live.LiveState} (what a prediction sees) and {@link
 * io.haori.inference.live.Shared} (who frees what).
 */
@NullMarked
package io.haori.inference.live;

import org.jspecify.annotations.NullMarked;
