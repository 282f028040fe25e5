package io.haori.server.watch.feedback;

import io.haori.analysis.sequential.Verdict;

/**
 * What a trial says.
 *
 * @param live the accuracy of what is live
 * @param candidate that of the candidate
 * @param low lower end of their difference, candidate less live, in [-1, 1]; right at every moment
 *     with 95 %
 * @param high upper end
 * @param verdict what to do
 */
public record TrialAccuracy(
    LiveAccuracy live, LiveAccuracy candidate, double low, double high, Verdict verdict) {}
