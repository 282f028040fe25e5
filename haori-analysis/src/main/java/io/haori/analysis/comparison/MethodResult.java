package io.haori.analysis.comparison;

import io.haori.analysis.statistics.Summary;
import org.jspecify.annotations.Nullable;

/**
 * One method's figures.
 *
 * @param method its name
 * @param score accuracy, or correlation, over its runs
 * @param versus against the reference; null for the reference itself and where no test was asked
 */
public record MethodResult(String method, Summary score, @Nullable Versus versus) {}
