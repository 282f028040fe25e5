/**
 * From files to batches. Start at {@link io.haori.training.data.Dataset}, which reads a folder of
 * splits, and {@link io.haori.training.data.RowFiles}, which reads one file; {@link
 * io.haori.inference.task.spi.DomainLabels} and {@link io.haori.inference.task.spi.Targets} turn
 * labels into what a loss wants. Then {@link io.haori.inference.tokens.TokenizedRows} holds the
 * rows as tokens and {@link io.haori.inference.tokens.BatchPlan} says which of them form a {@link
 * io.haori.inference.tokens.TokenBatch}. What is doubtful about rows is in {@link
 * io.haori.training.data.summary}.
 */
@NullMarked
package io.haori.training.data;

import org.jspecify.annotations.NullMarked;
