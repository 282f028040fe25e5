/** Which tasks there are: {@link io.haori.training.task.catalogue.TaskCatalogue}. */
@NullMarked
package io.haori.training.task.catalogue;

import org.jspecify.annotations.NullMarked;
