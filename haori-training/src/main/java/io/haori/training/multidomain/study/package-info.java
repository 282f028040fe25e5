/**
 * What models of sets of domains say about the domains. Start at {@link
 * io.haori.training.multidomain.study.TransferStudy} (which sets are trained for which seeds, and
 * what follows) and {@link io.haori.training.multidomain.study.Similarity} (how alike domains are
 * without training all sets; {@link io.haori.training.multidomain.study.WrittenSimilarity} for
 * decoders).
 */
@NullMarked
package io.haori.training.multidomain.study;

import org.jspecify.annotations.NullMarked;
