/** {@code haori module merge, prune, duplicates}: modules made of others, and their resemblance. */
@NullMarked
package io.haori.cli.module.combine;

import org.jspecify.annotations.NullMarked;
