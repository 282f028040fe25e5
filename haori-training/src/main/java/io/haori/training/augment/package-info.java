/** Altered copies of training rows, for tasks with few of them. */
@NullMarked
package io.haori.training.augment;

import org.jspecify.annotations.NullMarked;
