/**
 * Text that a decoder writes on from a prompt, token by token.
 *
 * <p>Start at {@link io.haori.inference.generate.Generator}; what can be chosen is in {@link
 * io.haori.inference.generate.GenerationSettings} and {@link io.haori.inference.generate.Sampling}.
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("models/Qwen3-0.6B")) {
 *   Generator generator = new Generator(base, Adaptation.NONE, DType.F32);
 *   String text = generator.generate("Pump P-101 leaks.", GenerationSettings.DEFAULT).text();
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.generate;

import org.jspecify.annotations.NullMarked;
