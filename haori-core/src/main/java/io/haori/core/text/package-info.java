/**
 * What programs that only want answers to texts use: {@link io.haori.core.text.Classifier} and
 * {@link io.haori.core.text.Embedder}. A model in the process and a server implement them alike, so
 * a program can change from one to the other.
 *
 * <pre>{@code
 * Classification answer = classifier.classify("a rich soup thickened with okra");
 * if (answer.probability() >= 0.8) {
 *   route(answer.label());
 * }
 * }</pre>
 */
@NullMarked
package io.haori.core.text;

import org.jspecify.annotations.NullMarked;
