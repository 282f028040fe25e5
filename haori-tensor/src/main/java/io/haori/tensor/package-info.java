/**
 * libtorch behind one door: {@link io.haori.tensor.Tensor} is an array in native memory, {@link
 * io.haori.tensor.Scope} says how long it lives, {@link io.haori.tensor.Engine} holds what is
 * chosen once for the process (threads, processor features).
 *
 * <p>Start at {@link io.haori.tensor.Scope}; gradients are in {@code io.haori.tensor.grad}. The
 * engine's traps are met here once, each with its reason in a comment.
 */
@NullMarked
package io.haori.tensor;

import org.jspecify.annotations.NullMarked;
