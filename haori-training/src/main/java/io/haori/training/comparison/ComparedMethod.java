package io.haori.training.comparison;

import io.haori.training.task.TuneSettings;

/**
 * A method that takes part.
 *
 * @param name in tables; unique in a comparison
 * @param settings of its runs; their seed is replaced
 */
public record ComparedMethod(String name, TuneSettings settings) {}
