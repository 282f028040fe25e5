/** Who does runs of which kind. */
@NullMarked
package io.haori.training.work.catalogue;

import org.jspecify.annotations.NullMarked;
