package io.haori.training.choice;

import java.util.List;

/**
 * What a comparison of ways gave.
 *
 * @param scores in the order of the candidates; those with fewer fits were left behind earlier
 * @param best the way that is preferred
 * @param heldOut different rows that were held out
 */
public record Choice(List<CrossScore> scores, CrossScore best, int heldOut) {}
