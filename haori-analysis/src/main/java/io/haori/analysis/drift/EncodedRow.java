package io.haori.analysis.drift;

/**
 * A row in the terms of one profile, small enough to keep a window of them.
 *
 * @param bins of the labels or of the number
 * @param confidenceBin -1 where there is none
 * @param sketch {@code [features]}; empty where there is no vector
 * @param tokens of the text
 * @param unknownTokens of these
 */
@SuppressWarnings("ArrayRecordComponent") // Many thousands of them, none compared.
public record EncodedRow(
    int[] bins, int confidenceBin, float[] sketch, int tokens, int unknownTokens) {}
