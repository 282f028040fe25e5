/**
 * The frozen base: a BERT or RoBERTa encoder with named linear slots.
 *
 * <p>Start at {@link io.haori.model.backbone.Backbone} (the whole pass), then {@link
 * io.haori.model.backbone.EncoderLayer} (one layer) and {@link
 * io.haori.model.backbone.AdaptedProducts} (where an adapter meets the base). What sits on a slot
 * comes in with every call as an {@link io.haori.model.backbone.Adaptation}; the base holds no
 * adapter, so several threads may use it with different ones.
 */
@NullMarked
package io.haori.model.backbone;

import org.jspecify.annotations.NullMarked;
