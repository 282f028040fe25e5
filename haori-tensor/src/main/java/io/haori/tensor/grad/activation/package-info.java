/** Functions of single numbers between the products of a network, with their derivatives. */
@NullMarked
package io.haori.tensor.grad.activation;

import org.jspecify.annotations.NullMarked;
