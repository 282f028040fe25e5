/**
 * Writing files so that nothing is ever left half-written: start at {@link
 * io.haori.core.files.AtomicFiles}.
 */
@NullMarked
package io.haori.core.files;

import org.jspecify.annotations.NullMarked;
