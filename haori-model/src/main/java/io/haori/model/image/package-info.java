/**
 * Pictures, from their files to what a vision transformer reads. Start at {@link
 * io.haori.model.image.ImageFile}, which decodes a file into {@link io.haori.model.image.Pixels};
 * {@link io.haori.model.image.Preprocessing} then does to them what {@code
 * preprocessor_config.json} of a base says, in two steps, so that the first one's result can be
 * kept:
 *
 * <pre>{@code
 * Preprocessing steps = Preprocessing.read(Path.of("vit-base-patch16-224"));
 * Pixels fitted = steps.fit(ImageFile.read(Path.of("casting.png"))); // resized and cropped, 8 bits
 * float[] values = steps.values(fitted); // [3, height, width], with the mean taken off
 * }</pre>
 */
@NullMarked
package io.haori.model.image;

import org.jspecify.annotations.NullMarked;
