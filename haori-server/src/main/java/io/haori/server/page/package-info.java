/**
 * The web page from which people work with a registry and its server, written on the server.
 *
 * <p>Start at {@link io.haori.server.page.PageRoutes} (which address shows what), then {@link
 * io.haori.server.page.screen.Visits} (who may see it), one class for each screen beside it, and
 * {@link io.haori.server.page.render.Templates} (how it is written).
 */
@NullMarked
package io.haori.server.page;

import org.jspecify.annotations.NullMarked;
