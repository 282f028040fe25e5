/**
 * Texts with a number each. {@link io.haori.inference.task.regression.RegressionTask} is all there
 * is to it.
 */
@NullMarked
package io.haori.inference.task.regression;

import org.jspecify.annotations.NullMarked;
