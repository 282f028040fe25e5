/** {@code haori export}: adapters in the forms of other programs. */
@NullMarked
package io.haori.cli.export;

import org.jspecify.annotations.NullMarked;
