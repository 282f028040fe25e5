/**
 * What is seen of texts and answers without their words: {@link
 * io.haori.inference.observe.ObservedRows} makes the rows that {@link io.haori.analysis.drift}
 * compares.
 */
@NullMarked
package io.haori.inference.observe;

import org.jspecify.annotations.NullMarked;
