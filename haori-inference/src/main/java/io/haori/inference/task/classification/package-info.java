/**
 * Texts that belong to one class each. {@link
 * io.haori.inference.task.classification.ClassificationTask} is all there is to it.
 *
 * <pre>{@code
 * {"text": "My card is lost", "label": "card"}          // a row of a file
 * Row row = Row.of("My card is lost", "card");          // the same in a program
 * }</pre>
 */
@NullMarked
package io.haori.inference.task.classification;

import org.jspecify.annotations.NullMarked;
