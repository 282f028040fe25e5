/**
 * One fit that several machines compute together: {@link io.haori.training.parallel.ParallelFit}
 * describes it as an order, does a member's part of it, and reads what came out.
 */
@NullMarked
package io.haori.training.parallel;

import org.jspecify.annotations.NullMarked;
