/**
 * Differential privacy of a fit with respect to single training rows: clipped gradients of each row
 * with Gaussian noise ({@link io.haori.training.privacy.Privacy}), and how much that gives away
 * ({@link io.haori.training.privacy.PrivacyAccountant}).
 */
@NullMarked
package io.haori.training.privacy;

import org.jspecify.annotations.NullMarked;
