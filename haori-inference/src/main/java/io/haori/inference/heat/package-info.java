/**
 * Where a model looked: {@link io.haori.inference.heat.Relevance} says how much each patch of a
 * picture counted, {@link io.haori.inference.heat.RelevanceMap} draws it over the picture.
 *
 * <pre>{@code
 * Pixels drawn = RelevanceMap.of(model.pass(), Row.ofImage(Path.of("casting.png"), null), 0, 1);
 * HeatMap.write(Path.of("heat/casting.png"), drawn);
 * }</pre>
 */
@NullMarked
package io.haori.inference.heat;

import org.jspecify.annotations.NullMarked;
