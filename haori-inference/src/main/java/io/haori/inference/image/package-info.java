/**
 * Pictures of rows. Start at {@link io.haori.inference.image.FittedImages}: it decodes the files of
 * many rows in parallel, ahead of their use, and keeps them as 8-bit pixels.
 */
@NullMarked
package io.haori.inference.image;

import org.jspecify.annotations.NullMarked;
