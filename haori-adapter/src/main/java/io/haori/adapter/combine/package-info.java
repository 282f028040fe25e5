/**
 * Several modules on one layer at once: as a sum, weighted, or behind a learnt gate.
 *
 * <pre>{@code
 * y = x Wᵀ + b + Σₖ wₖ Δₖ(x)        sum: wₖ = 1     weighted: wₖ chosen
 *                                   gated: w = softmax(x Gᵀ + c), learnt with the modules frozen
 * }</pre>
 *
 * Only terms that depend on the input alone add up ({@link
 * io.haori.adapter.spi.AdapterMethod#addsToOutput}); others are refused by name, and {@link
 * io.haori.adapter.merge.ModuleMerge} turns them into exact updates when asked to.
 *
 * <p>Start at {@link io.haori.adapter.combine.WeightedSum} (one layer's arithmetic), then {@link
 * io.haori.adapter.combine.GatedLinear} and {@link io.haori.adapter.combine.GateMethod} (a gate is
 * trained as any method is), {@link io.haori.adapter.combine.GateFile} (a gate on disk) and {@link
 * io.haori.adapter.merge.ModuleMerge} (several modules made into one), {@link
 * io.haori.adapter.merge.ModulePruning} (one made smaller).
 */
@NullMarked
package io.haori.adapter.combine;

import org.jspecify.annotations.NullMarked;
