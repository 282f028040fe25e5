/**
 * What learning several domains together does to each of them (Zhang, Hayes, Kanan 2021, arXiv
 * 2107.05445): transfer and interference sample by sample, effects of one domain on another, who
 * should share a model, how much capacity is enough.
 *
 * <p>Start at {@link io.haori.analysis.transfer.DomainAnswers} (what two models got right), then
 * {@link io.haori.analysis.transfer.TransferAnalysis} (shares, intervals, tests), {@link
 * io.haori.analysis.transfer.EffectMatrix} (the same for pairs), {@link
 * io.haori.analysis.transfer.Grouping} and {@link io.haori.analysis.transfer.Recommendation}.
 */
@NullMarked
package io.haori.analysis.transfer;

import org.jspecify.annotations.NullMarked;
