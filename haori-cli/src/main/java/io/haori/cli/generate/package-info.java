/** {@code haori generate}: start at {@link io.haori.cli.generate.GenerateCommand}. */
@NullMarked
package io.haori.cli.generate;

import org.jspecify.annotations.NullMarked;
