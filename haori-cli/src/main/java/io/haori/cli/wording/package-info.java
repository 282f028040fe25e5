/**
 * Sentences of reports in the reader's language: {@link io.haori.cli.wording.Words} of a {@link
 * io.haori.core.language.Language}, with {@link io.haori.cli.wording.Html} where they have links.
 */
@NullMarked
package io.haori.cli.wording;

import org.jspecify.annotations.NullMarked;
