/**
 * DoMIX: domain modules that were trained apart are mixed for a task through a bridge, {@code y = x
 * Wᵀ + b + (x A_catᵀ) Pᵀ (B_cat S)ᵀ} (Kim, Kang, Moon 2025, arXiv 2507.02302).
 *
 * <p>Start at {@link io.haori.adapter.domix.DomixConfig} (what can be chosen), then {@link
 * io.haori.adapter.domix.DomixLinear} (the arithmetic), {@link io.haori.adapter.domix.DomixMethod}
 * (from modules to layers) and {@link io.haori.adapter.domix.Contributions} (which module the task
 * used).
 */
@NullMarked
package io.haori.adapter.domix;

import org.jspecify.annotations.NullMarked;
