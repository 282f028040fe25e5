package io.haori.training.instruct;

import io.haori.inference.tokens.TextCoverage;

/**
 * What is in a split of prompts with answers.
 *
 * @param name of the split
 * @param file as the user named it
 * @param rows how many
 * @param longestPrompt tokens of the longest prompt
 * @param longestAnswer tokens of the longest answer, with the one that ends it
 * @param cutAnswers rows whose answer loses its end
 * @param coverage of whole rows: how many lose tokens, the longest, how many tokens are unknown
 * @param duplicates rows whose prompt and answer an earlier row of the split has, too
 */
public record PromptedSplit(
    String name,
    String file,
    int rows,
    int longestPrompt,
    int longestAnswer,
    int cutAnswers,
    TextCoverage coverage,
    int duplicates) {}
