/**
 * Modules made into one low-rank module, exactly or to a rank: {@link
 * io.haori.adapter.merge.ModuleMerge} adds them, {@link io.haori.adapter.merge.ModulePruning} keeps
 * the strongest components.
 */
@NullMarked
package io.haori.adapter.merge;

import org.jspecify.annotations.NullMarked;
