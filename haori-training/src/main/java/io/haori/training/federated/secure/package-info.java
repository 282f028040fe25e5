/**
 * Sums that hide what is added (Bonawitz et al. 2017, Practical Secure Aggregation for
 * Privacy-Preserving Machine Learning, CCS): each site adds to its numbers masks that it has agreed
 * on with every other site and that cancel in the sum, and one of its own. Keys and own masks are
 * shared among the sites, so that the sum can be had though some sites are lost. Numbers only; the
 * files are in {@code io.haori.training.federated}. Start at {@link
 * io.haori.training.federated.secure.MaskedSum}.
 */
@NullMarked
package io.haori.training.federated.secure;

import org.jspecify.annotations.NullMarked;
