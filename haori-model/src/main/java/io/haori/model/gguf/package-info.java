/**
 * Files of llama.cpp. {@link io.haori.model.gguf.GgufFile} reads values and tensors, those in fewer
 * bits as floats ({@link io.haori.model.gguf.GgufType}); {@link io.haori.model.gguf.GgufBase} makes
 * of a model's file what a Hugging Face folder is: shape, tokenizer, weights.
 *
 * <p>Source: {@code docs/gguf.md} of ggml for the file, {@code ggml-quants.c} and the {@code gguf}
 * package of llama.cpp for the blocks.
 */
@NullMarked
package io.haori.model.gguf;

import org.jspecify.annotations.NullMarked;
