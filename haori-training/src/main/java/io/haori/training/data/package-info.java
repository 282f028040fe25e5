/**
 * From files to batches. Start at {@link io.haori.training.data.Dataset}, which reads a folder of
 * splits, and {@link io.haori.training.data.RowFiles}, which reads one file; {@link
 * io.haori.training.task.spi.DomainLabels} and {@link io.haori.training.task.spi.Targets} turn
 * labels into what a loss wants. Then {@link io.haori.training.data.TokenizedRows} holds the rows
 * as tokens and {@link io.haori.training.data.BatchPlan} says which of them form a {@link
 * io.haori.training.data.TokenBatch}.
 */
@NullMarked
package io.haori.training.data;

import org.jspecify.annotations.NullMarked;
