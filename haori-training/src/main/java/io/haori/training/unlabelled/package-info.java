/**
 * What can be done before there are labels: a first model from the names of the labels, and the
 * order in which to label texts.
 *
 * <pre>{@code
 * try (TextModel first = LabelPrototypes.model(base, text, descriptions, corpus.rows())) {
 *   List<Prediction> guesses = first.predictRows(corpus.rows());
 *   List<LabelOrder.Pick> next = LabelOrder.of(first, corpus.rows(), 20);
 * }
 * }</pre>
 */
@NullMarked
package io.haori.training.unlabelled;

import org.jspecify.annotations.NullMarked;
