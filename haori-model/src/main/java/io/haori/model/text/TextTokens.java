package io.haori.model.text;

/**
 * Tokens of a text with their places in it. The arrays are not copied and must not be changed.
 *
 * @param ids one a token
 * @param starts index of each token's first character; tokens that share a character have one start
 * @param ends index behind each token's last character
 */
@SuppressWarnings("ArrayRecordComponent") // Read as it is, never compared.
public record TextTokens(int[] ids, int[] starts, int[] ends) {}
