/**
 * Texts with any number of labels each. {@link io.haori.inference.task.multilabel.MultiLabelTask}
 * is the task, {@link io.haori.inference.task.multilabel.LabelNames} what a row says.
 *
 * <pre>{@code
 * {"text": "My card and my bill", "labels": ["card", "bill"]}                // a row of a file
 * Row row = Row.of("My card and my bill", LabelNames.of("card", "bill"));    // in a program
 * }</pre>
 */
@NullMarked
package io.haori.inference.task.multilabel;

import org.jspecify.annotations.NullMarked;
