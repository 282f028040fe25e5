/**
 * What tests share: {@link io.haori.testkit.Golden} finds the golden numbers of the reference
 * implementations, {@link io.haori.testkit.TensorAssert} compares tensors.
 */
@NullMarked
package io.haori.testkit;

import org.jspecify.annotations.NullMarked;
