/**
 * What this machine does: {@link io.haori.cli.bench.BenchCommand} times a base's work and says
 * which precision and how many threads suit.
 */
@NullMarked
package io.haori.cli.bench;

import org.jspecify.annotations.NullMarked;
