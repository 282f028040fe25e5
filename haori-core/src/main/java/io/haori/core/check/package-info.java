/**
 * How the user's mistakes are worded: {@link io.haori.core.check.Check} builds the sentence, {@link
 * io.haori.core.check.UserError} carries it to the edge that prints it.
 */
@NullMarked
package io.haori.core.check;

import org.jspecify.annotations.NullMarked;
