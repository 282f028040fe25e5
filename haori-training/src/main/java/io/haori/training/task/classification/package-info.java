/**
 * Texts that belong to one class each. {@link
 * io.haori.training.task.classification.ClassificationTask} is all there is to it.
 */
@NullMarked
package io.haori.training.task.classification;

import org.jspecify.annotations.NullMarked;
