/**
 * The seam of a task: what a head is asked for. {@link io.haori.inference.task.spi.Task} is the one
 * interface to implement; a {@link io.haori.inference.task.spi.Row} comes with a {@link
 * io.haori.inference.task.spi.Label}, which becomes a number array among {@link
 * io.haori.inference.task.spi.Targets}, and a {@link io.haori.inference.task.spi.Prediction} goes
 * out. Nothing here knows files or loops.
 *
 * <pre>{@code
 * Task task = TaskCatalogue.find("multi-label").orElseThrow();
 * Label label = task.label(List.of("urgent", "billing"), null, IllegalArgumentException::new);
 * LabelSet classes = LabelSet.of(List.of("billing", "spam", "urgent"));
 * double[] target = task.target(label, name -> classes.indexOf(name).orElseThrow(), 3); // 1, 0, 1
 * Prediction said = task.prediction(classes, new double[] {0.9, 0.1, 0.7});
 * said.labels();                                                         // [billing, urgent]
 * }</pre>
 *
 * <p>A new task is one package beside {@link io.haori.inference.task.catalogue} and one line in its
 * {@link io.haori.inference.task.catalogue.TaskCatalogue}.
 */
@NullMarked
package io.haori.inference.task.spi;

import org.jspecify.annotations.NullMarked;
