/**
 * Mixes of low-rank modules that are not trained: a rule says how much of each module a token or a
 * text gets, and the task's head alone is learnt.
 *
 * <pre>{@code
 * y = x Wᵀ + b + Σₖ gₖ(x) Δₖ(x)      arrow: g by token and layer     nearest: g by text     none: g = 1/N
 * }</pre>
 *
 * <p>Start at {@link io.haori.adapter.route.RouteConfig} (what can be chosen), then {@link
 * io.haori.adapter.route.RoutedLinear} (one layer's arithmetic), {@link
 * io.haori.adapter.route.RoutedMethod} (the rules) and {@link io.haori.adapter.route.NearestShares}
 * (shares of whole texts). {@link io.haori.adapter.mixfile.MixFolder} stores them.
 */
@NullMarked
package io.haori.adapter.route;

import org.jspecify.annotations.NullMarked;
