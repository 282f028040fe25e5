/**
 * Whether a difference is more than chance. Start at {@link
 * io.haori.analysis.statistics.PairedBootstrap} for an interval around a difference in accuracy;
 * {@link io.haori.analysis.statistics.McNemar} tests two sets of predictions against each other,
 * and {@link io.haori.analysis.statistics.Holm} keeps many such tests honest. {@link
 * io.haori.analysis.statistics.Summary} is mean and spread over seeds.
 */
@NullMarked
package io.haori.analysis.statistics;

import org.jspecify.annotations.NullMarked;
