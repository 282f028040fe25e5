package io.haori.analysis.comparison;

/**
 * What the runs of one method predicted.
 *
 * @param method its name
 * @param predicted {@code [runs][rows]} one vector a seed: the class's index, or the number
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record MethodRuns(String method, double[][] predicted) {}
