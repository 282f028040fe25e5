/**
 * Sparse modules: another method's modules of which only a share is kept (kin to SparseAdapter, He
 * et al. 2022, arXiv 2210.04284). The arithmetic of the layers is the other method's; what is added
 * happens around the optimizer's steps and after the last one.
 *
 * <p>Start at {@link io.haori.adapter.sparse.SparseConfig} (what can be chosen), then {@link
 * io.haori.adapter.sparse.SparseRule} (what happens at a step), {@link
 * io.haori.adapter.sparse.Units} (what is kept or taken as a whole), {@link
 * io.haori.adapter.sparse.ScoreBoard} (how units are scored) and {@link
 * io.haori.adapter.sparse.Pruning} (which of them are kept). {@link
 * io.haori.adapter.sparse.Compaction} takes pruned components out of the tensors.
 */
@NullMarked
package io.haori.adapter.sparse;

import org.jspecify.annotations.NullMarked;
