/**
 * What runs have in common that learn side by side on one base: seeds that do not depend on the
 * neighbours, plans whose batches meet others of their length, passes of bounded size, workers of
 * one thread each.
 *
 * <p>Start at {@link io.haori.training.sidebyside.PassPlan}.
 */
@NullMarked
package io.haori.training.sidebyside;

import org.jspecify.annotations.NullMarked;
