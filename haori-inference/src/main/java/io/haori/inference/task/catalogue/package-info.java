/** Which tasks there are: {@link io.haori.inference.task.catalogue.TaskCatalogue}. */
@NullMarked
package io.haori.inference.task.catalogue;

import org.jspecify.annotations.NullMarked;
