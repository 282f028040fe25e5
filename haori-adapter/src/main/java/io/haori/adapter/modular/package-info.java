/**
 * A named low-rank module whose ranks and places are found while it learns.
 *
 * <p>Every layer starts wider than it may stay. A component {@code k} of a layer's update {@code s
 * Σₖ σₖ bₖ aₖᵀ} is worth {@code Σ |∂L/∂σₖ · σₖ|} over the steps (the sensitivity of AdaLoRA, Zhang
 * et al. 2023, arXiv 2303.10512), with {@code σₖ = 1} understood: {@code ∂L/∂σₖ = aₖ · ∂L/∂aₖ = bₖ
 * · ∂L/∂bₖ}, so nothing is added to the arithmetic of the layers. Of all layers together the
 * components worth least for their size are dropped until the rest fits a budget of numbers; a
 * dropped one starts again from zero and may win its place back until the allocation ends.
 * AdaLoRA's penalty for components that are not orthogonal is not part of this.
 *
 * <p>Start at {@link io.haori.adapter.modular.ModularConfig} (what can be chosen), then {@link
 * io.haori.adapter.modular.Allocator} (what happens between steps) and {@link
 * io.haori.adapter.modular.Components} (what is kept).
 */
@NullMarked
package io.haori.adapter.modular;

import org.jspecify.annotations.NullMarked;
