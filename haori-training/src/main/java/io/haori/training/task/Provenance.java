package io.haori.training.task;

import java.util.Map;

/**
 * How a model came to be.
 *
 * @param settings everything chosen, by name
 * @param dataDigests SHA-256 of each file of the data, by split
 * @param seed of the run
 * @param epochs that were run
 * @param bestEpoch whose parameters were kept
 * @param validation scores by name
 * @param test scores by name
 */
public record Provenance(
    Map<String, String> settings,
    Map<String, String> dataDigests,
    long seed,
    int epochs,
    int bestEpoch,
    Map<String, Double> validation,
    Map<String, Double> test) {}
