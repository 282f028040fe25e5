/**
 * Methods side by side on the same test rows: start at {@link
 * io.haori.analysis.comparison.MethodComparison} (figures), then {@link
 * io.haori.analysis.comparison.Advice} (what they mean, in words).
 */
@NullMarked
package io.haori.analysis.comparison;

import org.jspecify.annotations.NullMarked;
