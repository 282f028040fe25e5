/**
 * Programs that start the real server, ask it over HTTP and measure what comes: {@link
 * io.haori.benchmarks.serving.ServerLoad} its latency at given rates, {@link
 * io.haori.benchmarks.serving.ServerEndurance} whether anything is lost or wrong while it is killed
 * again and again; others measure the layers below it and the registry. How to run them is in
 * docs/BENCHMARKS.md.
 */
@NullMarked
package io.haori.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
