/**
 * Writing files so that nothing is ever left half-written: start at {@link
 * io.haori.files.AtomicFiles}.
 */
@NullMarked
package io.haori.files;

import org.jspecify.annotations.NullMarked;
