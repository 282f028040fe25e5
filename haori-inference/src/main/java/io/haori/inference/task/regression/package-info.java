/**
 * Texts with a number each. {@link io.haori.inference.task.regression.RegressionTask} is all there
 * is to it.
 *
 * <pre>{@code
 * {"text": "Arrived in two days", "label": 4.5}         // a row of a file
 * Row row = Row.of("Arrived in two days", 4.5);         // the same in a program
 * }</pre>
 */
@NullMarked
package io.haori.inference.task.regression;

import org.jspecify.annotations.NullMarked;
