/**
 * Weight-decomposed low-rank adaptation: {@code W' = m ⊙ (W + s B A) / ‖W + s B A‖}, with one norm
 * and one trainable magnitude a row of {@code W} (Liu et al. 2024, arXiv 2402.09353).
 *
 * <p>Start at {@link io.haori.adapter.dora.DoraConfig} (what can be chosen), then {@link
 * io.haori.adapter.dora.DoraLinear} (what is computed). {@link io.haori.adapter.dora.BidoraMethod}
 * has the same layers and another training: magnitudes learn on rows that the directions do not
 * see.
 */
@NullMarked
package io.haori.adapter.dora;

import org.jspecify.annotations.NullMarked;
