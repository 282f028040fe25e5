/**
 * Modules that act together: what each member loses beside the others is measured and stored as
 * evidence, a {@link io.haori.registry.combination.CombinationRule} bounds it, and what breaks the
 * rule does not become live; all of it through {@link io.haori.registry.combination.Combinations}.
 */
@NullMarked
package io.haori.registry.combination;

import org.jspecify.annotations.NullMarked;
