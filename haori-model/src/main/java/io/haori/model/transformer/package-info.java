/**
 * The frozen base: a BERT or RoBERTa encoder with named linear slots.
 *
 * <p>Start at {@link io.haori.model.transformer.Encoder} (the whole pass), then {@link
 * io.haori.model.transformer.EncoderLayer} (one layer) and {@link
 * io.haori.model.transformer.AdaptedProducts} (where an adapter meets the base). What sits on a
 * slot comes in with every call as an {@link io.haori.model.transformer.Adaptation}; the base holds
 * no adapter, so several threads may use it with different ones.
 */
@NullMarked
package io.haori.model.transformer;

import org.jspecify.annotations.NullMarked;
