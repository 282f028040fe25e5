/**
 * Which tasks there are: {@link io.haori.inference.task.catalogue.TaskCatalogue}.
 *
 * <pre>{@code
 * TaskCatalogue.names();                                // as files and options name them
 * Task task = TaskCatalogue.find("tagging").orElseThrow();
 * Task ofRow = TaskCatalogue.of(row.label());           // the task that has such labels
 * }</pre>
 */
@NullMarked
package io.haori.inference.task.catalogue;

import org.jspecify.annotations.NullMarked;
