/**
 * Parts that model families choose from: layers that normalise behind their sub-layers ({@link
 * io.haori.model.backbone.part.PostNormLayer}) or before them ({@link
 * io.haori.model.backbone.part.PreNormLayer}, {@link
 * io.haori.model.backbone.part.LayerScaleLayer}), a norm without a mean, and the embeddings of
 * tokens.
 */
@NullMarked
package io.haori.model.backbone.part;

import org.jspecify.annotations.NullMarked;
