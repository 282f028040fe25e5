/**
 * Where a model looked: {@link io.haori.inference.heat.Relevance} says how much each patch of a
 * picture counted, {@link io.haori.inference.heat.HeatMap} draws it over the picture.
 *
 * <pre>{@code
 * HeatMap.of(model.pass(), Row.ofImage(Path.of("casting.png"), null), 0, 1)
 *     .write(Path.of("heat/casting.png"));
 * }</pre>
 */
@NullMarked
package io.haori.inference.heat;

import org.jspecify.annotations.NullMarked;
