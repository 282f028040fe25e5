package io.haori.server.watch.feedback;

/**
 * The accuracy of a version by feedback, with the interval that holds at every moment.
 *
 * @param answers with feedback
 * @param mean share of right ones
 * @param low lower end of the 95 % confidence sequence
 * @param high upper end
 * @param recentHigh upper end of the sequence of the last answers alone, at most 500, from which a
 *     fall is seen soon
 */
public record LiveAccuracy(long answers, double mean, double low, double high, double recentHigh) {}
