/**
 * Which rows belong together, so that nothing is tested that was learnt from: rows of one group, of
 * one text, or of texts that are nearly the same.
 */
@NullMarked
package io.haori.training.data.group;

import org.jspecify.annotations.NullMarked;
