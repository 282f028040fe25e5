/**
 * The probe: logistic regression on the vectors of a frozen base, the plainest way to fit a task
 * and the starting head of others (Kumar et al. 2022, arXiv 2202.10054).
 *
 * <pre>{@code
 * ProbeChoice probe = ProbeChoice.fit(vectors, classes, labels.size(), seed);
 * probe.accuracy();                         // by cross-validation
 * probe.model().probabilities(vector);      // of one more text
 * }</pre>
 *
 * <p>Numbers in, numbers out: {@link io.haori.training.probe.ProbeChoice} chooses, {@link
 * io.haori.training.probe.LogisticRegression} is the model.
 */
@NullMarked
package io.haori.training.probe;

import org.jspecify.annotations.NullMarked;
