/** Digests of bytes and texts: {@link io.haori.core.digest.Sha256} is the only one. */
@NullMarked
package io.haori.core.digest;

import org.jspecify.annotations.NullMarked;
