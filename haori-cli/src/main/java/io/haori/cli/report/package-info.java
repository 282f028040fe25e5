/**
 * {@code haori report}: what a registry or a proof of concept says to those who decide, as HTML or
 * PDF. {@link io.haori.cli.report.RegistryFacts} reads it, {@link io.haori.cli.report.ManagerPage}
 * answers on one page, {@link io.haori.cli.report.EngineerPages} show where each number comes from,
 * {@link io.haori.cli.report.PdfFile} prints both.
 */
@NullMarked
package io.haori.cli.report;

import org.jspecify.annotations.NullMarked;
