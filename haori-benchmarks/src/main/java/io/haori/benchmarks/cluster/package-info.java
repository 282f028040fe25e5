/**
 * What handing runs out to machines costs, and simulations of many machines from measured times.
 */
@NullMarked
package io.haori.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
