/**
 * Bottleneck adapters: {@code y + W_up σ(W_down y)} behind a frozen layer's output {@code y} and
 * before the residual connection (Houlsby et al. 2019, arXiv 1902.00751; Pfeiffer et al. 2021,
 * arXiv 2005.00247).
 *
 * <p>Start at {@link io.haori.adapter.bottleneck.BottleneckConfig} (what can be chosen), then
 * {@link io.haori.adapter.bottleneck.BottleneckLinear} (the arithmetic).
 */
@NullMarked
package io.haori.adapter.bottleneck;

import org.jspecify.annotations.NullMarked;
