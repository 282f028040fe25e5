/** Texts that a server writes: what they may become, and who hears them. */
@NullMarked
package io.haori.client.write;

import org.jspecify.annotations.NullMarked;
