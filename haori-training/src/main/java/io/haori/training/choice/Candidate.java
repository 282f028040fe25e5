package io.haori.training.choice;

import io.haori.training.task.TuneSettings;

/**
 * One way to fit a task.
 *
 * @param name short, as tables show it
 * @param settings of the fit
 */
public record Candidate(String name, TuneSettings settings) {}
