/**
 * Files of tensors as bytes, without an engine: {@link io.haori.core.weights.SafetensorsHeader}
 * reads and checks what a safetensors file lists, {@link io.haori.core.weights.FiniteNumbers}
 * refuses NaN and infinity. haori-model loads the tensors themselves.
 */
@NullMarked
package io.haori.core.weights;

import org.jspecify.annotations.NullMarked;
