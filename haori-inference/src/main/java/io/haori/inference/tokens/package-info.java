/**
 * Texts as tokens, in batches of like length: start at {@link
 * io.haori.inference.tokens.TokenizedRows}.
 */
@NullMarked
package io.haori.inference.tokens;

import org.jspecify.annotations.NullMarked;
