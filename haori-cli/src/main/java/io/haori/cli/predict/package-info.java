/** {@code haori predict} and {@code haori evaluate}. */
@NullMarked
package io.haori.cli.predict;

import org.jspecify.annotations.NullMarked;
