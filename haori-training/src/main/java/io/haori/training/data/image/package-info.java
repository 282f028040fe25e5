/**
 * Pictures as data: {@link io.haori.training.data.image.ImageFolder} finds them in folders of
 * classes, {@link io.haori.training.data.image.NearImages} finds those that are the same or nearly
 * so.
 */
@NullMarked
package io.haori.training.data.image;

import org.jspecify.annotations.NullMarked;
