package io.haori.analysis.comparison;

/**
 * What one run of a method costs, the mean over its seeds.
 *
 * @param method its name
 * @param storedBytes of its files
 * @param seconds of training and validation
 */
public record MethodCost(String method, long storedBytes, double seconds) {}
