/**
 * A tokenizer of one's own texts: {@link io.haori.model.text.bpe.BytePairs} learns which bytes
 * belong together, and makes the {@code tokenizer.json} that {@link io.haori.model.text.Tokenizer}
 * and Hugging Face's libraries read.
 */
@NullMarked
package io.haori.model.text.bpe;

import org.jspecify.annotations.NullMarked;
