/**
 * The user's language: {@link io.haori.core.language.Language} says which it is, {@link
 * io.haori.core.language.Catalogue} says a sentence in it.
 *
 * <p>Sentences are written in English where they arise, and are translated where a person reads
 * them: the catalogue finds the pattern that a sentence follows and fills its translation.
 *
 * <pre>{@code
 * Catalogue words = Catalogue.of(Language.JAPANESE);
 * words.text("lora.rank must be at least 1, got 0");
 * // lora.rank は 1 以上でなければなりません(指定値: 0)
 * }</pre>
 */
@NullMarked
package io.haori.core.language;

import org.jspecify.annotations.NullMarked;
