/**
 * Vectors of texts: {@link io.haori.cli.embed.EmbedCommand} writes them, {@link
 * io.haori.cli.embed.SearchCommand} finds the texts of a file that are nearest to a query.
 */
@NullMarked
package io.haori.cli.embed;

import org.jspecify.annotations.NullMarked;
