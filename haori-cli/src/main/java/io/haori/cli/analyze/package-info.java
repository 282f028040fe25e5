/**
 * {@code haori analyze}: four studies of domains on one frame, {@link
 * io.haori.cli.analyze.AnalysisBase}.
 */
@NullMarked
package io.haori.cli.analyze;

import org.jspecify.annotations.NullMarked;
