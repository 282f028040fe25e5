/**
 * A model whose modules are switched while other threads predict with it.
 *
 * <pre>{@code
 * try (LiveModel live = new LiveModel(base, null, TextOptions.usual())) {
 *   live.attach("food", LivePart.read(folder, base, DType.F32));
 *   float[][] before = live.answers("food", List.of("a rich soup")); // from any thread
 *
 *   live.replace("food", LivePart.read(better, base, DType.F32));    // the next version
 *   live.rollback("food");                                           // back, without a file
 *   live.change(all -> all.weight("food", 0.5).disable("tools"));    // several steps at once
 * }
 * }</pre>
 *
 * <p>All that a prediction reads is one immutable state. A change makes a new state and puts it in
 * the old one's place in a single step; whoever began with the old state ends with it. Native
 * memory is counted: a module that was replaced is freed by the last state or prediction that uses
 * it.
 *
 * <p>Start at {@link io.haori.inference.live.LiveModel}, then {@link
 * io.haori.inference.live.LiveChange} (what can be changed), {@link
 * io.haori.inference.live.LiveState} (what a prediction sees) and {@link
 * io.haori.inference.live.Shared} (who frees what).
 */
@NullMarked
package io.haori.inference.live;

import org.jspecify.annotations.NullMarked;
