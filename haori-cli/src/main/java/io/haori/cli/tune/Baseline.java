package io.haori.cli.tune;

import io.haori.training.baseline.TaskFit;

/**
 * Another way of fitting a mix's task.
 *
 * @param fit its result
 * @param instead what to run to use this way and not the mix
 */
public record Baseline(TaskFit fit, String instead) {}
