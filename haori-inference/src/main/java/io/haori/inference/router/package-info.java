/**
 * Rows of one batch that go to different modules or weighted mixes.
 *
 * <pre>{@code
 * try (LiveModel live = new LiveModel(base, null, TextOptions.usual())) {
 *   live.attach("line-a", LivePart.read(lineA, base, precision));
 *   live.attach("line-b", LivePart.read(lineB, base, precision));
 *   Route both = new Route(Map.of("line-a", 0.7, "line-b", 0.3), "line-a");
 *   List<Prediction> answers =
 *       live.predict(
 *           List.of(
 *               RoutedRow.of("pump leaks at the seal", "line-a"),
 *               RoutedRow.of("belt slips under load", "line-b"),
 *               new RoutedRow(row, both)));
 * }
 * }</pre>
 *
 * <p>The frozen base computes all rows together; only the modules' small products differ from row
 * to row. What a row is answered does not depend on the rows beside it, up to the rounding of sums,
 * nor on modules that its route does not name. Start at {@link io.haori.inference.router.Route};
 * {@link io.haori.inference.router.RoutedPasses} computes.
 */
@NullMarked
package io.haori.inference.router;

import org.jspecify.annotations.NullMarked;
