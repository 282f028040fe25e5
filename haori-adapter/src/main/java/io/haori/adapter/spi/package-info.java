/**
 * What an adaptation method is: the seam between methods and everything else.
 *
 * <p>Start at {@link io.haori.adapter.spi.AdapterMethod} (a configured method makes adapted
 * layers), then {@link io.haori.adapter.spi.AdaptedLinear} (one such layer) and {@link
 * io.haori.adapter.spi.AdapterModule} (the named unit that is trained, stored and switched). Rows
 * of a batch may belong to different modules: {@link io.haori.adapter.spi.Routing}.
 *
 * <p>What a method wants of its training it says by {@link io.haori.adapter.spi.TrainingStrategy}
 * (in which stages or levels) and {@link io.haori.adapter.spi.StepRule} (what happens around each
 * step). {@link io.haori.adapter.spi.ComponentMethod} is a method whose modules can be made
 * smaller.
 */
@NullMarked
package io.haori.adapter.spi;

import org.jspecify.annotations.NullMarked;
