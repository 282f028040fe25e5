/** ViT and DeiT: {@link io.haori.model.family.vit.VitFamily} puts them together. */
@NullMarked
package io.haori.model.family.vit;

import org.jspecify.annotations.NullMarked;
