/**
 * Words of Japanese texts, which have no blanks between them: {@link
 * io.haori.model.text.japanese.JapaneseSplitting} says how a base was trained to cut them, {@link
 * io.haori.model.text.japanese.IpadicWords} cuts them as MeCab does with the dictionary IPADIC.
 */
@NullMarked
package io.haori.model.text.japanese;

import org.jspecify.annotations.NullMarked;
