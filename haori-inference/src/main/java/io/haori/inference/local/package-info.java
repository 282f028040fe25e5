/**
 * Classifiers and embedders of {@link io.haori.core.text} that compute in this process: {@link
 * io.haori.inference.local.LocalClassifier} of an adapter folder, {@link
 * io.haori.inference.local.LocalEmbedder} of a base or an adapter folder.
 */
@NullMarked
package io.haori.inference.local;

import org.jspecify.annotations.NullMarked;
