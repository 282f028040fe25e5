/**
 * Texts with any number of labels each. {@link io.haori.inference.task.multilabel.MultiLabelTask}
 * is the task, {@link io.haori.inference.task.multilabel.LabelNames} what a row says.
 */
@NullMarked
package io.haori.inference.task.multilabel;

import org.jspecify.annotations.NullMarked;
