/**
 * What a base says of itself before its weights are read: {@link io.haori.model.config.ModelConfig}
 * is what all families have in common, {@link io.haori.model.config.ConfigJson} reads a Hugging
 * Face {@code config.json}, key by key.
 */
@NullMarked
package io.haori.model.config;

import org.jspecify.annotations.NullMarked;
