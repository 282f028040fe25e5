/**
 * Texts with a number each. {@link io.haori.training.task.regression.RegressionTask} is all there
 * is to it.
 */
@NullMarked
package io.haori.training.task.regression;

import org.jspecify.annotations.NullMarked;
