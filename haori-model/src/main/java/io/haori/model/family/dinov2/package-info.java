/** DINOv2: {@link io.haori.model.family.dinov2.Dinov2Family} puts it together. */
@NullMarked
package io.haori.model.family.dinov2;

import org.jspecify.annotations.NullMarked;
