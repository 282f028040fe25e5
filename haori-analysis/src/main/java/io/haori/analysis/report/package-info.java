/**
 * Pages that a person reads: one HTML file each, which needs no other and no network.
 *
 * <p>Start at {@link io.haori.analysis.report.Page} (what is on a page and how it becomes HTML),
 * then {@link io.haori.analysis.report.Chart} and its kinds: {@link
 * io.haori.analysis.report.IntervalChart} (bars or points with their intervals), {@link
 * io.haori.analysis.report.ScatterChart}, {@link io.haori.analysis.report.CurveChart} and {@link
 * io.haori.analysis.report.HeatMap}. A chart is an option of Apache ECharts, which is in the page;
 * {@code report.js} adds the few functions that an option in JSON cannot hold.
 */
@NullMarked
package io.haori.analysis.report;

import org.jspecify.annotations.NullMarked;
