/** {@code haori export} and {@code haori import}: adapters in the forms of other programs. */
@NullMarked
package io.haori.cli.export;

import org.jspecify.annotations.NullMarked;
