/**
 * Llama and its kin, Mistral and Qwen: decoders with rotary positions, normalisation by the root
 * mean square and a gated feed-forward part. Start at {@link
 * io.haori.model.family.llama.LlamaFamily}; {@code LlamaParts} puts all of them together.
 */
@NullMarked
package io.haori.model.family.llama;

import org.jspecify.annotations.NullMarked;
