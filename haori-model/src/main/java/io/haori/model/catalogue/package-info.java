/** The one place that names the model families. */
@NullMarked
package io.haori.model.catalogue;

import org.jspecify.annotations.NullMarked;
