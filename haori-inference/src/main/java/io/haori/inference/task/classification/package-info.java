/**
 * Texts that belong to one class each. {@link
 * io.haori.inference.task.classification.ClassificationTask} is all there is to it.
 */
@NullMarked
package io.haori.inference.task.classification;

import org.jspecify.annotations.NullMarked;
