package io.haori.client.write;

/**
 * A text that a server wrote.
 *
 * @param text without what it was written on from, and without what ended it
 * @param promptTokens tokens that were read; 0 for a text that was broken off
 * @param tokens that were written; 0 for a text that was broken off
 * @param end "token" where the base ended it, "stop" where a string of the options came, "length"
 *     where as many tokens were written as were allowed, "cancelled" where the listener wanted no
 *     more
 */
public record Written(String text, long promptTokens, long tokens, String end) {}
