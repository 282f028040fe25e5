/**
 * Text to numbers: {@link io.haori.model.text.Tokenizer} turns texts or pairs of texts into {@link
 * io.haori.model.text.Encoding}s, exactly as the base was trained.
 */
@NullMarked
package io.haori.model.text;

import org.jspecify.annotations.NullMarked;
