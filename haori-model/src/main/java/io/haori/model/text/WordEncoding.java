package io.haori.model.text;

/**
 * A row that was tokenised word by word.
 *
 * @param tokens of the row, with the special ones
 * @param firsts {@code [words]} the place of each word's first token in the row; -1 for a word that
 *     was cut because the row was too long, and for one that the base has no token for
 */
@SuppressWarnings("ArrayRecordComponent") // Read as it is, never compared.
public record WordEncoding(Encoding tokens, int[] firsts) {}
