/**
 * What need not be computed again in every epoch, since nothing trains below it: states of the
 * lower layers in a temporary file, or all that heads read. Start at {@link
 * io.haori.training.frozen.KeptStates}.
 */
@NullMarked
package io.haori.training.frozen;

import org.jspecify.annotations.NullMarked;
