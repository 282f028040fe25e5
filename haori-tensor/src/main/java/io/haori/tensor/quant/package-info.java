/**
 * Frozen matrices in 8 and 4 bits: how a base's layers are kept ({@link
 * io.haori.tensor.quant.BasePrecision}) and the products that they take part in.
 */
@NullMarked
package io.haori.tensor.quant;

import org.jspecify.annotations.NullMarked;
