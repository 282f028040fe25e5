/**
 * LoRA adapters in the form of llama.cpp: one GGUF file.
 *
 * <p>Start at {@link io.haori.adapter.gguf.GgufAdapter} (a module to a file and back); {@code
 * GgufWriter} writes the format, which {@link io.haori.model.gguf.GgufFile} reads, and {@code
 * GgufLayers} knows how a family's layers are called and ordered there.
 */
@NullMarked
package io.haori.adapter.gguf;

import org.jspecify.annotations.NullMarked;
