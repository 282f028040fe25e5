/**
 * Programs that measure speed and memory: {@link io.haori.benchmarks.StepBenchmark} times one
 * training step, {@link io.haori.benchmarks.ProductLimit} the matrix products of that step alone.
 * How to run them side by side with the peer is in docs/BENCHMARKS.md.
 */
@NullMarked
package io.haori.benchmarks;

import org.jspecify.annotations.NullMarked;
