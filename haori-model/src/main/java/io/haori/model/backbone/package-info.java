/**
 * The frozen base and the parts that model families are put together from.
 *
 * <p>Start at {@link io.haori.model.backbone.Backbone} (the whole pass), then {@link
 * io.haori.model.backbone.part.PostNormLayer} and {@link io.haori.model.backbone.part.PreNormLayer}
 * (one layer) and {@link io.haori.model.backbone.AdaptedProducts} (where an adapter meets the
 * base). What sits on a slot comes in with every call as an {@link
 * io.haori.model.backbone.Adaptation}; the base holds no adapter, so several threads may use it
 * with different ones.
 *
 * <p>A family composes parts, as {@code BertParts} does:
 *
 * <pre>{@code
 * new PostNormLayer(
 *     new SelfAttention(loader.products(index, "q", "k", "v"), loader.products(index, "o"),
 *         heads, heads, Sequences.Reach.ALL, null),
 *     norm,
 *     new FeedForward(loader.products(index, "up"), Activation.GELU, loader.products(index, "down")),
 *     norm)
 * }</pre>
 */
@NullMarked
package io.haori.model.backbone;

import org.jspecify.annotations.NullMarked;
