/**
 * Parts of backbones that read pictures: {@link io.haori.model.backbone.picture.PatchEmbeddings}
 * makes tokens of patches, {@link io.haori.model.backbone.picture.GridResampling} places for
 * pictures of another size. All else is as for texts.
 */
@NullMarked
package io.haori.model.backbone.picture;

import org.jspecify.annotations.NullMarked;
