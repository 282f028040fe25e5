/**
 * ViT and DeiT: {@link io.haori.model.family.vit.VitFamily} and {@link
 * io.haori.model.family.vit.DeitFamily} put them together out of {@code VitParts}.
 */
@NullMarked
package io.haori.model.family.vit;

import org.jspecify.annotations.NullMarked;
