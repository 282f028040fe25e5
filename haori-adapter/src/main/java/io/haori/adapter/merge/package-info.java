/**
 * Modules made into one low-rank module, exactly or to a rank: {@link
 * io.haori.adapter.merge.ModuleMerge} adds them or merges them as a {@link
 * io.haori.adapter.merge.MergeKind} says (TIES, DARE, KnOTS), {@link
 * io.haori.adapter.merge.ModulePruning} keeps the strongest components.
 */
@NullMarked
package io.haori.adapter.merge;

import org.jspecify.annotations.NullMarked;
