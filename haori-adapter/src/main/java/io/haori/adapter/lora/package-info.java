/**
 * Low-rank adaptation: {@code y = x Wᵀ + b + (alpha / rank) · x Aᵀ Bᵀ} with {@code W} frozen (Hu et
 * al. 2021, arXiv 2106.09685).
 *
 * <p>Start at {@link io.haori.adapter.lora.LoraConfig} (what can be chosen), then {@link
 * io.haori.adapter.lora.LoraLinear} (the arithmetic) and {@link io.haori.adapter.lora.LoraGroup}
 * (several modules in one batch). {@link io.haori.adapter.lora.LoraCombination} adds modules up and
 * cuts them down, {@link io.haori.adapter.lora.LoraSpan} says how near two of them are.
 */
@NullMarked
package io.haori.adapter.lora;

import org.jspecify.annotations.NullMarked;
