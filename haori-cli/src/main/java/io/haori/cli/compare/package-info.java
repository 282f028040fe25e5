/** {@code haori compare}: methods side by side on one task. */
@NullMarked
package io.haori.cli.compare;

import org.jspecify.annotations.NullMarked;
