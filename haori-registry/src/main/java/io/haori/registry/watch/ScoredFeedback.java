package io.haori.registry.watch;

/**
 * A true label of an answer that a threshold decided.
 *
 * @param score that was compared with the threshold
 * @param answered what was answered at the threshold of that moment
 * @param truth the true label
 */
public record ScoredFeedback(double score, String answered, String truth) {}
