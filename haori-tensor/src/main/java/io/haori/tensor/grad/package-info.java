/**
 * Gradients by hand: a {@link io.haori.tensor.grad.Tape} remembers what was computed and runs the
 * derivatives backwards.
 *
 * <p>Start at {@link io.haori.tensor.grad.Tape}, then read {@link io.haori.tensor.grad.Linear}, the
 * simplest operation. Each operation saves exactly what its derivative needs, frees it as soon as
 * it was used and never computes a gradient for what is frozen; on a frozen base this is less
 * memory and fewer passes than a general automatic differentiation takes. What is rare or small
 * (heads, losses) goes through {@link io.haori.tensor.grad.Differentiated}, which lets libtorch
 * differentiate. Derivatives of derivatives ({@link io.haori.tensor.grad.MixedDerivative}) are
 * libtorch's as well.
 */
@NullMarked
package io.haori.tensor.grad;

import org.jspecify.annotations.NullMarked;
