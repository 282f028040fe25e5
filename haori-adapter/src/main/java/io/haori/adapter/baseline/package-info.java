/**
 * What every method is compared with: {@link io.haori.adapter.baseline.FrozenMethod} trains the
 * head alone, {@link io.haori.adapter.baseline.FullMethod} trains the base itself. Neither puts
 * anything on a slot.
 */
@NullMarked
package io.haori.adapter.baseline;

import org.jspecify.annotations.NullMarked;
