/**
 * Programs that measure speed and memory: {@link io.haori.benchmarks.speed.StepBenchmark} times one
 * training step, {@link io.haori.benchmarks.speed.ProductLimit} the matrix products of that step
 * alone, {@link io.haori.benchmarks.speed.StepProfile} says where a whole fit goes. How to run them
 * side by side with the peer is in docs/BENCHMARKS.md.
 */
@NullMarked
package io.haori.benchmarks.speed;

import org.jspecify.annotations.NullMarked;
