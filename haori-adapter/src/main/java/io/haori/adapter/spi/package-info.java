/**
 * What an adaptation method is: the seam between methods and everything else.
 *
 * <p>Start at {@link io.haori.adapter.spi.AdapterMethod} (a configured method makes adapted
 * layers), then {@link io.haori.adapter.spi.AdaptedLinear} (one such layer) and {@link
 * io.haori.adapter.spi.AdapterModule} (the named unit that is trained, stored and switched). Rows
 * of a batch may belong to different modules: {@link io.haori.adapter.spi.Routing}.
 */
@NullMarked
package io.haori.adapter.spi;

import org.jspecify.annotations.NullMarked;
