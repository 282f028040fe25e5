/**
 * How the user's mistakes are worded: {@link io.haori.check.Check} builds the sentence, {@link
 * io.haori.check.UserError} carries it to the edge that prints it.
 */
@NullMarked
package io.haori.check;

import org.jspecify.annotations.NullMarked;
