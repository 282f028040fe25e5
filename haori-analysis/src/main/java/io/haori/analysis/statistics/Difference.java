package io.haori.analysis.statistics;

/**
 * How far two models are apart, and how sure that is.
 *
 * @param interval first less second, with its 95 % interval
 * @param pValue two-sided, by the bootstrap: twice the share of draws that lie on the other side of
 *     0, at least 2 / (draws + 1) (Davison and Hinkley 1997, section 4.4)
 */
public record Difference(Interval interval, double pValue) {}
