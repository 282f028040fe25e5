/** {@code haori data}: checks of rows, and the example's data. */
@NullMarked
package io.haori.cli.data;

import org.jspecify.annotations.NullMarked;
