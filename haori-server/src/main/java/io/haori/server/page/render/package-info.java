/**
 * How pages are written: {@link io.haori.server.page.render.Templates} fills a template, all of
 * whose values are escaped, with the words of a {@link io.haori.core.language.Language}.
 */
@NullMarked
package io.haori.server.page.render;

import org.jspecify.annotations.NullMarked;
