package io.haori.cli.demo;

import java.util.List;

/**
 * A meaning in the dictionary.
 *
 * @param offset its number there
 * @param words the words that have this meaning, the usual one first
 * @param definition what it means, without the examples
 * @param narrower numbers of the meanings directly below it
 */
record Noun(long offset, List<String> words, String definition, List<Long> narrower) {}
